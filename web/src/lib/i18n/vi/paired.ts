/** Signing in by a code that another device made. */
export const paired = {
  title: "Đã đăng nhập trên thiết bị khác?",
  code: "Mã dùng một lần",
  hint: "12 chữ số, tạo ở trang “Kết quả của tôi” hoặc “Đăng nhập” của thiết bị kia.",
  open: "Tiếp tục",
  ask: (name: string | null, number: string) =>
    name ? `Đăng nhập với tên ${name}, số báo danh ${number}?` : `Đăng nhập với số báo danh ${number}?`,
  yes: "Đúng, đăng nhập",
  no: "Không phải tôi",
  wrong: "Mã không đúng, đã dùng rồi hoặc đã hết hạn. Hãy tạo mã mới trên thiết bị kia.",
  slow: (seconds: number) => `Sai mã quá nhiều lần. Thử lại được sau ${seconds} giây.`,
};
