export const statics = {
  browser: {
    title: "Trình duyệt này quá cũ",
    what: "Trang thi không chạy được trên trình duyệt đang dùng. Các câu trả lời đã lưu vẫn còn ở hệ thống.",
    ways: "Cách vào thi",
    steps: [
      "Điện thoại Android: mở trang bằng Chrome, hoặc cập nhật Chrome trong Cửa hàng Play.",
      "iPhone: cập nhật iOS lên 16.4 hoặc mới hơn rồi mở bằng Safari.",
      "Máy tính: mở trang bằng bản mới của Chrome, Edge, Firefox hoặc Cốc Cốc.",
      "Nếu mở từ Zalo hay Facebook: bấm dấu ba chấm, chọn “Mở bằng trình duyệt”.",
      "Mượn một máy khác: đăng nhập bằng số điện thoại hoặc số báo danh và mã đăng nhập, bài thi vẫn tiếp tục.",
    ],
    lost: "Không vào được trước giờ kết thúc? Hãy gọi cho ban tổ chức theo số điện thoại ghi trong thể lệ.",
  },
  notFound: {
    title: "Không tìm thấy trang",
    what: "Địa chỉ này không có trang nào. Có thể đường dẫn bị chép thiếu.",
    home: "Về trang chủ",
    quiz: "Vào thi",
  },
};
