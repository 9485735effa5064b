/** The guardian of a contestant under the age that the contest sets. */
export const guardian = {
  title: "Cha, mẹ hoặc người giám hộ",
  what: (age: number) => `Thí sinh dưới ${age} tuổi cần có sự đồng ý của cha, mẹ hoặc người giám hộ trước khi vào thi.`,
  consents: "Tôi là cha, mẹ hoặc người giám hộ và đồng ý",
  consentsWhat:
    "Đồng ý cho thí sinh dự thi và cho ban tổ chức xử lý dữ liệu cá nhân của thí sinh theo các mục đích được đánh dấu ở trên.",
  phoneHint: "Chỉ dùng để xác nhận sự đồng ý khi cần.",
  later:
    "Chưa có người giám hộ bên cạnh vẫn đăng ký được; chỉ vào thi được sau khi người giám hộ đồng ý hoặc nhà trường xác nhận.",
};
