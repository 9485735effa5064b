/** What stands in a page while it asks for what it shows. */
export const waiting = {
  loading: "Đang tải…",
  slow: "Mạng chậm. Trang vẫn đang tải, xin chờ thêm.",
  retry: "Tải lại",
};
