export const landing = {
  states: {
    before: "Chưa bắt đầu",
    open: "Đang diễn ra",
    over: "Đã kết thúc, đang nhận những bài còn giờ",
    closed: "Đã kết thúc, đang tổng hợp kết quả",
    published: "Đã công bố kết quả",
    none: "Chưa có cuộc thi nào",
  },
  left: { before: "Còn đến giờ mở", open: "Còn đến giờ kết thúc" },
  paperValue: (questions: number, minutes: number) => `${questions} câu trắc nghiệm, ${minutes} phút`,
  button: { before: "Đăng ký dự thi", open: "Vào thi", over: "Xem kết quả của tôi", closed: "Xem kết quả của tôi" },
  asOf: (when: string) => `Tính đến ${when}`,
};

/** What stands in the HTML and is never changed by the script. */
export const fixed = {
  opens: "Mở",
  closes: "Kết thúc",
  paper: "Bài thi",
  prizes: "Giải thưởng",
  register: "Đăng ký dự thi",
  signIn: "Đăng nhập",
  rules: "Đọc thể lệ",
  numbers: "Số liệu trực tiếp",
  counts: { registrants: "người đăng ký", participants: "người dự thi", attempts: "lượt thi" },
  board: "Xem số liệu theo đơn vị",
  rehearsal: "Đây là buổi diễn tập. Kết quả không có giá trị.",
  how: "Dự thi thế nào",
  noScript:
    "Giờ ở trên theo thể lệ khi trang được dựng. Cần JavaScript để xem đồng hồ, số liệu trực tiếp và để làm bài.",
  steps: [
    "Đăng ký một lần với họ tên, ngày sinh và đơn vị; nhận số báo danh và mã đăng nhập.",
    "Vào thi trên điện thoại hoặc máy tính. Câu trả lời được lưu ngay khi chọn, mất mạng vẫn làm tiếp được.",
    "Nộp bài, nhận biên nhận có chữ ký số và xem kết quả theo thể lệ.",
  ],
};
