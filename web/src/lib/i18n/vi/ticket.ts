/** A new entry code by a helper's ticket. */
export const ticket = {
  title: "Nhận mã đăng nhập mới bằng phiếu",
  what: "Phiếu do ban tổ chức hoặc người phụ trách ở đơn vị cấp, dùng được một lần trong 30 phút. Mã mới chỉ hiện trên thiết bị này; mọi thiết bị khác sẽ bị đăng xuất, bài đang làm vẫn còn.",
  number: "Số báo danh",
  numberHint: "8 chữ số, người cấp phiếu đọc cùng với số phiếu.",
  ticket: "Số phiếu",
  ticketHint: "10 chữ số.",
  go: "Nhận mã mới",
  back: "Quay lại đăng nhập",
  wrong:
    "Số báo danh và số phiếu không khớp nhau, hoặc phiếu đã dùng, đã hết hạn. Hãy xem lại từng chữ số, hoặc xin phiếu khác.",
  slow: (seconds: number) => `Sai quá nhiều lần. Thử lại được sau ${seconds} giây.`,
};
