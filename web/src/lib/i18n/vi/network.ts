/** What forms and pages say of the network and of a refusal nobody foresaw. */
export const network = {
  busy: (seconds: number) =>
    `Hệ thống đang có nhiều người truy cập, sẽ tự động thử lại sau ${seconds} giây. Không cần bấm lại.`,
  noAnswer: (seconds: number) => `Chưa kết nối được, sẽ tự động thử lại sau ${seconds} giây. Nội dung đã điền vẫn còn.`,
  other: (id: string) => `Chưa thực hiện được. Nội dung đã điền vẫn còn. Mã để báo ban tổ chức: ${id}`,
  /** Where nothing was typed. */
  away: (seconds: number) => `Chưa kết nối được, sẽ tự động thử lại sau ${seconds} giây.`,
};
