export const widget = {
  label: "Số liệu cuộc thi",
  counts: {
    registrants: "người đăng ký",
    participants: "người dự thi",
    attempts: "lượt thi",
    valid: "lượt thi hợp lệ",
    perfect: "lượt thi đúng tất cả",
  },
  hidden: "Tạm ẩn đến khi kết thúc",
  few: "Dưới 5 người dự thi",
  asOf: (when: string) => `Tính đến ${when}`,
  stale: (when: string) => `Số liệu lúc ${when}, đang kết nối lại`,
  rate: (of: string) => `dự thi trên ${of} người`,
  none: "Chưa có số liệu.",
  board: "Xem số liệu đầy đủ",
  noScript: "Số liệu trong khung này cần JavaScript; trang số liệu thì không.",
};
