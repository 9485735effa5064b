/** Signing in on another device by a code that is good once. */
export const pairing = {
  give: {
    title: "Đăng nhập trên thiết bị khác",
    what: "Mã dùng một lần giúp đăng nhập số báo danh này trên thiết bị khác trong 5 phút. Không đưa mã cho người khác.",
    go: "Tạo mã dùng một lần",
    renew: "Tạo mã mới",
    how: (site: string) => `Trên thiết bị kia, quét mã QR, hoặc mở ${site} và gõ mã:`,
    until: (when: string) => `Dùng được một lần, đến ${when}.`,
    qr: "Mã QR mở trang đăng nhập trên thiết bị khác",
    failed: "Chưa tạo được mã. Hãy thử lại.",
  },
  take: {
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
  },
};
