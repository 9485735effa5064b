/** The entry code, shown once. */
export const code = {
  mayNotStart:
    "Trước khi vào thi còn cần sự đồng ý của cha mẹ, người giám hộ hoặc xác nhận của nhà trường. Cha mẹ, người giám hộ đồng ý được ngay trên thiết bị này, ở bước sau.",
  title: "Đăng ký thành công. Hãy lưu mã đăng nhập",
  renewed: "Đã có mã đăng nhập mới. Hãy lưu mã",
  onlyOnce: "Mã này chỉ hiện một lần. Cần mã để đăng nhập lại, kể cả trên thiết bị khác.",
  number: "Số báo danh",
  code: "Mã đăng nhập",
  qr: "Mã QR chứa số báo danh và mã đăng nhập",
  image: "Lưu ảnh",
  copy: "Sao chép",
  copied: "Đã sao chép.",
  notCopied: "Trình duyệt này không cho sao chép. Hãy lưu ảnh hoặc ghi lại.",
  copyText: (number: string, code: string, site: string) =>
    `Số báo danh: ${number}\nMã đăng nhập: ${code}\nTrang thi: ${site}`,
  saved: "Tôi đã lưu mã",
  checkTitle: "Kiểm tra đã lưu mã",
  check: "Gõ 4 chữ số cuối của mã đăng nhập",
  checkHint: "Để chắc chắn mã đã được lưu ở nơi xem lại được.",
  wrong: "Bốn chữ số này chưa đúng.",
  again: "Xem lại mã",
  go: "Vào thi",
  later: "Đến bước người giám hộ đồng ý",
};
