/** Signing in. */
export const signIn = {
  title: "Đăng nhập",
  login: "Số điện thoại hoặc số báo danh",
  loginHint: "Số đã dùng khi đăng ký, hoặc 8 chữ số của số báo danh.",
  code: "Mã đăng nhập",
  codeHint: "12 chữ số được hiện một lần khi đăng ký.",
  go: "Đăng nhập",
  busy: "Đang đăng nhập…",
  wrong: "Số và mã không khớp nhau. Hãy xem lại từng chữ số.",
  slow: (seconds: number) => `Sai mã quá nhiều lần. Thử lại được sau ${seconds} giây; nhập đúng mã thì không bị chặn.`,
  lost: "Mất mã đăng nhập?",
  lostWhat:
    "Mã không đọc lại được từ hệ thống. Hãy gọi ban tổ chức hoặc người phụ trách ở đơn vị, nêu số báo danh hoặc họ tên và ngày sinh để được cấp phiếu nhận mã mới.",
  ticket: "Đã có phiếu nhận mã mới",
  none: "Chưa đăng ký?",
  register: "Đăng ký dự thi",
  as: (number: string) => `Đang đăng nhập với số báo danh ${number}.`,
  out: "Đăng xuất",
  toQuiz: "Vào thi",
};
