export const ui = {
  close: "Đóng",
  sortBy: "sắp xếp",
  unit: {
    placeholder: "Gõ tên hoặc mã đơn vị",
    results: (n: number) => (n === 0 ? "Không có đơn vị nào khớp." : `${n} đơn vị khớp.`),
    more: "Còn nhiều đơn vị nữa, hãy gõ thêm.",
    chosen: "Đã chọn",
    change: "Chọn đơn vị khác",
    browse: "Tìm theo cây đơn vị",
    below: (name: string) => `Xem đơn vị trực thuộc ${name}`,
    up: "Lên một cấp",
    take: "Chọn đơn vị này",
    notFound: "Không thấy đơn vị của tôi",
  },
};
