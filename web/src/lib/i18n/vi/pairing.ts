/** Making a code, good once, with which another device signs in. */
export const pairing = {
  title: "Đăng nhập trên thiết bị khác",
  what: "Mã dùng một lần giúp đăng nhập số báo danh này trên thiết bị khác trong 5 phút. Không đưa mã cho người khác.",
  go: "Tạo mã dùng một lần",
  renew: "Tạo mã mới",
  how: (site: string) => `Trên thiết bị kia, quét mã QR, hoặc mở ${site} và gõ mã:`,
  until: (when: string) => `Dùng được một lần, đến ${when}.`,
  qr: "Mã QR mở trang đăng nhập trên thiết bị khác",
  failed: "Chưa tạo được mã. Hãy thử lại.",
};
