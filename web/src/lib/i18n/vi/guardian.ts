/** The guardian of a contestant under the age that the contest sets. */
export const guardian = {
  title: "Cha, mẹ hoặc người giám hộ",
  what: (age: number) => `Thí sinh dưới ${age} tuổi cần có sự đồng ý của cha, mẹ hoặc người giám hộ trước khi vào thi.`,
  consents: "Tôi là cha, mẹ hoặc người giám hộ và đồng ý",
  consentsWhat:
    "Đồng ý cho thí sinh dự thi và cho ban tổ chức xử lý dữ liệu cá nhân của thí sinh theo các mục đích được đánh dấu ở trên.",
  phoneHint: "Chỉ dùng để xác nhận sự đồng ý khi cần.",
  consentsNow:
    "Đồng ý cho thí sinh dự thi và cho ban tổ chức xử lý dữ liệu cá nhân của thí sinh theo các mục đích nêu ở trên.",
  later:
    "Chưa có người giám hộ bên cạnh vẫn đăng ký được; chỉ vào thi được sau khi người giám hộ đồng ý hoặc nhà trường xác nhận.",
  page: "Người giám hộ đồng ý",
  signIn: "Trang này mở trên thiết bị mà thí sinh đã đăng nhập.",
  of: (number: string) => `Thí sinh có số báo danh ${number}.`,
  notNeeded: "Thí sinh này không cần sự đồng ý của người giám hộ.",
  byGuardian: (name: string, end: string, at: string) =>
    `${name}, số điện thoại có ba số cuối ${end}, đã đồng ý lúc ${at}.`,
  bySchool: (on: string) => `Nhà trường đã xác nhận có giấy đồng ý của người giám hộ, ký ngày ${on}.`,
  purposes: "Thí sinh đã đồng ý cho ban tổ chức dùng dữ liệu cá nhân vào những việc sau:",
  tick: "Người giám hộ cần đánh dấu ô đồng ý.",
  go: "Xác nhận đồng ý",
  school:
    "Không đồng ý trên thiết bị này thì có thể nộp giấy đồng ý cho nhà trường; nhà trường xác nhận trên hệ thống.",
  take: "Vào thi",
  otherwise: "Số báo danh này hiện chưa được vào thi vì lý do khác.",
  own: "Xem lý do và sự đồng ý của tôi",
  withdraw: "Rút lại sự đồng ý",
  withdrawWhat:
    "Sau khi rút lại, thí sinh không mở được bài thi mới cho đến khi có sự đồng ý khác. Bài đang làm vẫn làm tiếp được, bài đã nộp vẫn được giữ.",
  withdrawGo: "Rút lại sự đồng ý này",
  failed: (id: string) => `Chưa ghi được. Nội dung đã điền vẫn còn. Mã để báo ban tổ chức: ${id}`,
};
