export const pages = {
  landing: ["Hội thi trực tuyến", "Cuộc thi tìm hiểu pháp luật trực tuyến: thời gian, thể lệ, đăng ký và vào thi."],
  rules: ["Thể lệ cuộc thi", "Ai được dự thi, thi như thế nào, tính điểm và trao giải ra sao."],
  register: ["Đăng ký dự thi", "Đăng ký dự thi và nhận mã đăng nhập."],
  signIn: ["Đăng nhập", "Đăng nhập bằng số điện thoại hoặc số báo danh và mã đăng nhập."],
  quiz: ["Làm bài thi", "Làm bài thi trực tuyến."],
  results: ["Kết quả của tôi", "Các lượt thi của tôi và kết quả."],
  receipt: ["Kiểm tra biên nhận", "Kiểm tra chữ ký của biên nhận nộp bài."],
  privacy: ["Dữ liệu cá nhân", "Cuộc thi thu thập dữ liệu gì, để làm gì, giữ trong bao lâu."],
  browser: ["Trình duyệt quá cũ", "Cách mở trang thi bằng trình duyệt mới hơn."],
  notFound: ["Không tìm thấy trang", "Địa chỉ này không có trang nào."],
} satisfies Record<string, [title: string, description: string]>;
