export const privacy = {
  title: "Dữ liệu cá nhân trong cuộc thi",
  sections: [
    [
      "Thu thập gì",
      [
        "Họ tên, ngày sinh, đơn vị, đối tượng; số điện thoại và số căn cước chỉ khi thể lệ yêu cầu.",
        "Câu trả lời, giờ bắt đầu, giờ nộp bài.",
        "Mã đăng nhập do thiết bị của thí sinh tạo ra; hệ thống chỉ giữ dấu vết đã mã hóa, không đọc lại được.",
      ],
    ],
    [
      "Dùng để làm gì",
      [
        "Chỉ dùng cho những mục đích mà thí sinh đã đánh dấu đồng ý khi đăng ký; mỗi mục đích hỏi riêng.",
        "Số liệu công khai chỉ là số đếm, không có họ tên; họ tên chỉ được công bố với người đạt giải đã đồng ý.",
      ],
    ],
    [
      "Giữ trong bao lâu, ai xem được",
      [
        "Thời hạn lưu giữ ghi trong thể lệ của từng cuộc thi.",
        "Người quản lý đơn vị chỉ thấy danh sách của đơn vị mình; mỗi lần xem đều được ghi lại.",
      ],
    ],
    [
      "Quyền của thí sinh",
      [
        "Xem, tải và xóa dữ liệu của mình, đổi số điện thoại, đồng ý hoặc rút lại sự đồng ý tại trang “Thông tin của tôi”.",
        "Không đăng nhập được hoặc cần sửa họ tên, ngày sinh: liên hệ ban tổ chức, nêu số báo danh. Khi xóa, bài thi đã nộp được giữ lại nhưng không còn gắn với tên.",
      ],
    ],
  ] as [string, string[]][],
  own: "Mở trang Thông tin của tôi",
};

/** Words for each purpose that `consent.purposes` may name. */
export const purposes = {
  run_contest: ["Tổ chức cuộc thi", "Dùng họ tên, ngày sinh, đơn vị để lập danh sách dự thi, chấm điểm và xét giải."],
  prevent_fraud: [
    "Phòng chống gian lận",
    "Dùng số điện thoại, địa chỉ mạng và thời gian làm bài để phát hiện bài thi bất thường.",
  ],
  remind: ["Nhắc dự thi", "Cho phép đơn vị quản lý của tôi thấy tôi đã dự thi hay chưa để nhắc nhở."],
  publish_if_winning: ["Công bố nếu đạt giải", "Công bố họ tên, năm sinh và đơn vị của tôi nếu tôi đạt giải."],
} as Record<string, [title: string, what: string]>;
