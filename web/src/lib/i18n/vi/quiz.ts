export const quiz = {
  title: "Làm bài thi",
  loading: "Đang tải…",

  before: {
    title: "Trước khi bắt đầu",
    minutes: "Thời gian làm bài",
    minutesValue: (n: number) => `${n} phút`,
    questions: "Số câu hỏi",
    questionsValue: (n: number, prediction: boolean) => `${n} câu${prediction ? " và 1 câu dự đoán" : ""}`,
    tries: "Số lượt",
    triesLeft: (n: number) => `còn ${n} lượt`,
    triesFree: "không giới hạn",
    triesUsed: (n: number) => `đã thi ${n} lượt`,
    number: "Số báo danh",
    closes: "Kết thúc nhận bài",
    saved: "Mỗi câu trả lời được lưu ngay khi chọn. Hết giờ, hệ thống tự nộp những câu đã lưu.",
    network: "Mất mạng giữa chừng vẫn làm tiếp được: câu trả lời nằm trên thiết bị này và được gửi khi có mạng.",
    start: "Bắt đầu làm bài",
    starting: "Đang mở bài thi…",
    resume: "Tiếp tục bài đang làm",
    resumeWhat: (end: string) =>
      `Bài thi đã bắt đầu trước đó vẫn còn giờ, đến ${end}. Mở tiếp trên thiết bị này thì thiết bị kia sẽ chỉ còn xem.`,
  },
  wait: {
    busy: (seconds: number) =>
      `Hệ thống đang có nhiều người truy cập, sẽ tự động thử lại sau ${seconds} giây. Không cần bấm lại.`,
    noAnswer: (seconds: number) => `Chưa kết nối được với hệ thống, sẽ tự động thử lại sau ${seconds} giây.`,
    stop: "Dừng thử lại",
  },
  refused: {
    titles: {
      "contest-not-open": "Cuộc thi chưa mở",
      "contest-closed": "Cuộc thi đã kết thúc, không nhận thêm bài thi",
      "tries-exhausted": "Đã dùng hết số lượt thi",
      "too-soon": "Chưa đến lượt thi tiếp theo",
      "may-not-start": "Chưa được phép vào thi",
      excluded: "Không được tham gia cuộc thi này",
      "attempt-running": "Đang có một bài thi chưa nộp",
    } as Record<string, string>,
    other: "Chưa mở được bài thi",
    again: (when: string) => `Lượt tiếp theo mở lúc ${when}.`,
    guardian:
      "Thí sinh dưới 16 tuổi cần có sự đồng ý của cha mẹ hoặc người giám hộ, hoặc xác nhận của nhà trường. Hãy liên hệ đơn vị hoặc ban tổ chức.",
    excludedWhat: "Nếu cho rằng có nhầm lẫn, hãy liên hệ ban tổ chức và nêu số báo danh.",
    nothingLost: "Không có gì bị mất.",
    quote: (id: string) => `Mã để báo ban tổ chức: ${id}`,
    board: "Xem số liệu cuộc thi",
    results: "Xem kết quả của tôi",
    retry: "Thử lại",
  },
  signIn: {
    title: "Chưa đăng nhập",
    what: "Hãy đăng nhập bằng số điện thoại hoặc số báo danh và mã đăng nhập, hoặc đăng ký nếu chưa có.",
    signIn: "Đăng nhập",
    register: "Đăng ký dự thi",
    over: "Phiên đăng nhập đã hết",
    overWhat: "Câu trả lời vẫn còn trên thiết bị này. Đăng nhập lại để gửi tiếp; thời gian vẫn tính theo hệ thống.",
  },
  none: {
    title: "Chưa có cuộc thi nào",
    what: "Ban tổ chức chưa mở cuộc thi trên trang này.",
    gone: "Không tìm thấy bài thi này",
    goneWhat:
      "Hệ thống không có bài thi đang lưu trên thiết bị. Hãy mở lại từ trang chủ; nếu vẫn vậy, báo cho ban tổ chức.",
  },
};
