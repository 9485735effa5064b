export const poster = {
  call: "Mời tham gia cuộc thi trực tuyến",
  scan: "Quét mã bằng điện thoại để đăng ký",
  qr: (name: string) => `Mã QR mở trang đăng ký dự thi cho ${name}`,
  from: (when: string) => `Mở từ ${when}`,
  until: (when: string) => `Kết thúc lúc ${when}`,
  steps: [
    "Quét mã hoặc gõ địa chỉ ở trên; đơn vị đã được chọn sẵn.",
    "Điền họ tên, ngày sinh; ghi lại mã đăng nhập.",
    "Vào thi ngay trên điện thoại, không cần cài ứng dụng.",
  ],
  print: "In áp phích",
  back: "Về trang của đơn vị",
  rehearsal: "Buổi diễn tập. Kết quả không có giá trị.",
  none: "Không có đơn vị này",
  toBoard: "Xem số liệu toàn cuộc thi",
};
