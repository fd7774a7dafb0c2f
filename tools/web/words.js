// What the pages say, Vietnamese first, English second. A test compares the keys of both.

import { deskWords } from "./words_desk.js";
import { fieldWords } from "./words_fields.js";
import { logWords } from "./words_log.js";
import { scanWords } from "./words_scan.js";

export const words = {
  vi: {
    skip: "Đến nội dung", console: "Sổ Gốc", trial: "Kho thử, không có giá trị pháp lý", language: "English", loading: "Đang tải…",
    signIn: "Đăng nhập", signOut: "Đăng xuất", name: "Tên đăng nhập", password: "Mật khẩu", verifyLink: "Kiểm tra một bản sao",
    sessionEnded: "Phiên làm việc đã kết thúc. Mời đăng nhập lại; phần đang gõ dở vẫn còn.", offline: "Không nối được với máy chủ. Kiểm tra mạng rồi thử lại.",
    internal: "Máy chủ gặp lỗi. Hãy thử lại hoặc báo quản trị viên.", again: "Thử lại", close: "Đóng",
    search: "Tra cứu", books: "Sổ gốc", work: "Tiến độ", people: "Tài khoản", log: "Nhật ký", verify: "Kiểm tra bản sao",
    searchHint: "Họ tên, số, ngày, nơi… gõ có dấu hoặc không dấu", find: "Tìm", from: "Từ ngày", to: "Đến ngày", kind: "Loại văn bản", organ: "Cơ quan ban hành",
    found: "Tìm thấy {0} trang", foundMost: "Hơn {0} trang; gõ thêm để thu hẹp", nothingFound: "Không tìm thấy. Thử ít từ hơn, hoặc bỏ bớt điều kiện.", typeToSearch: "Gõ vào ô trên để tìm trong các trang đã đọc.", page: "trang {0}", inMetadata: "trong thông tin mô tả",
    more: "Xem thêm", noBooks: "Chưa có sổ nào mà bạn được xem.", book: "Sổ", year: "Năm", number: "Số", body: "Cơ quan", pages: "Trang", entries: "Mục", open: "Chờ xử lý",
    review: "Rà soát", list: "Danh sách mục", tickets: "Việc cần xử lý", noTickets: "Không có việc nào chờ xử lý.", settle: "Giải quyết", reason: "Lý do", settled: "Đã giải quyết.",
    who: "Người được đăng ký", stage: "Bước", undecided: "Trường chờ", noEntries: "Không có mục nào.", filterNumber: "Số mục",
    "stage.entry": "nhập", "stage.check_1": "kiểm tra 1", "stage.check_2": "kiểm tra 2", "stage.final": "xong",
    reviewing: "Rà soát sổ {0}", waiting: "{0} trường chờ", allDone: "Không còn trường nào chờ. Cảm ơn!", entry: "Mục {0}", moveOn: "Chuyển bước", moved: "Đã chuyển bước.", history: "Lịch sử", backToBook: "Về sổ",
    accept: "Đúng", retype: "Gõ lại", illegible: "Không đọc được", emptyField: "Để trống", unknownField: "Không rõ", next: "Trường sau", previous: "Trường trước", undo: "Hoàn tác", undone: "Đã hoàn tác.", nothingToUndo: "Không có gì để hoàn tác.",
    keys: "Phím: Enter đúng · E gõ lại · X không đọc được · O để trống · N/P trường sau/trước · U hoàn tác", saved: "Đã lưu.", by: "{0} quyết định", sure: "máy đọc, chắc {0} %", read: "máy đọc, {0} %", unread: "(chưa đọc)", none: "(không ghi gì)", illegibleValue: "(không đọc được)", unknownValue: "(không rõ)",
    split: "Tách dòng", merge: "Gộp vào dòng trên", splitSays: "Đặt vạch giữa hai dòng: phím ↑ ↓ hoặc bấm chuột, Enter tách, Esc thôi", rowSplit: "Đã tách dòng. Xem lại từng trường của cả hai dòng.", rowMerged: "Đã gộp vào dòng trên. Xem lại từng trường.",
    notesOf: "Ghi chú về mục {0}", newNote: "Ghi chú mới (cho đồng nghiệp, không thuộc sổ gốc)", noNotes: "Chưa có ghi chú nào.", lookFirst: "Vùng của trường này chưa hiện đủ trong khung. Hãy nhìn ảnh rồi nhấn Enter lần nữa.", savedLater: "Không nối được với máy chủ. Phần đã gõ còn nguyên và sẽ tự lưu khi có mạng.",
    keying: "Nhập lần hai", keyingOf: "Nhập lần hai, sổ {0}", keyingSays: "Gõ đúng như trong ảnh. Không ai thấy người khác đã gõ gì. Để trống rồi nhấn Enter nếu trong sổ không ghi gì.", later: "Để sau", allKeyed: "Bạn đã nhập hết các trường chờ nhập lần hai.", "keyed.disputed": "Hai người gõ khác nhau; người thứ ba sẽ gõ.", "keyed.split": "Ba người gõ khác nhau; người kiểm tra sẽ quyết định.",
    disputes: "Phân xử", disputesOf: "Phân xử, sổ {0}", noDisputes: "Không có trường nào ba người gõ khác nhau.", disputesSay: "Phím 1–3 chọn giá trị, E gõ giá trị khác, X không đọc được. Chữ khác nhau được tô.",
    textOf: "Sửa lớp chữ, {0}", wordSays: "Từ này trong ảnh", noWord: "(không có từ)", saveWords: "Lưu lớp chữ", pageOfBatch: "lô {0}, trang {1}", addWord: "Thêm từ", drawWord: "Kéo chuột quanh từ bị sót, hoặc dùng phím mũi tên (Shift đổi cỡ), Enter xong, Esc thôi", wordAdded: "(thêm)", changedWords: "Đã sửa, chưa lưu", wordsLeft: "{0} từ chưa chắc", noWords: "Trang này không có từ nào.", nothingChanged: "Chưa sửa từ nào.", wordsSaved: "Đã lưu. PDF sẽ được ghi lại với lớp chữ mới; ảnh giữ nguyên.", wordsChanged: "Lớp chữ vừa được người khác sửa. Tải lại trang rồi sửa tiếp; phần của bạn vẫn còn.", oneWord: "Mỗi lần một từ, không có dấu cách.", backToDocument: "Về văn bản", correctText: "Sửa lớp chữ",
    pagesOf: "Các trang của sổ {0}", pageOf: "trang {0} / {1}", noPages: "Sổ này chưa có trang nào.", notRead: "chưa đọc", restrictedShort: "có dấu mật", evidence: "bản quét thừa", "page.needs_person": "cần xem", "page.quarantined": "lỗi",
    sendScans: "Gửi bản quét", dropHere: "Thả tệp vào đây, hoặc chọn tệp. Mất mạng thì gửi tiếp từ chỗ đã đến.", chooseFiles: "Chọn tệp", whereTo: "Thuộc", noPlaceYet: "(chưa xếp vào hồ sơ hay sổ)", oneDocument: "Tất cả là một văn bản", makeBatch: "Nhận thành lô", batchMade: "Đã nhận thành lô {0}.", arrived: "{0} / {1} tệp đã đến đủ", remove: "Bỏ", chooseAgain: "chọn lại tệp này để gửi tiếp", waitsForServer: "chờ máy chủ, sẽ tự gửi tiếp",
    dossier: "Hồ sơ", runAgain: "Chạy lại phần lỗi", runsAgain: "{0} việc được chạy lại.", nothingQuarantined: "Không có gì bị cách ly.", quarantine: "Cách ly", quality: "Chất lượng ảnh", noQualityFindings: "Không thấy lỗi chất lượng trong {0} trang.", rescans: "Trang thiếu, cần quét lại", noRescans: "Không thiếu trang nào.",
    report: "Báo cáo", byBook: "Theo sổ", byPerson: "Theo người", name2: "Tên", fieldsDecided: "Trường đã quyết", fieldsHour: "Trường/giờ", machineWrong: "Máy đọc sai", correctedLater: "Bị người khác sửa", errorRate: "Tỷ lệ lỗi", asCsv: "Tải CSV", asHtml: "Tải trang để in",
    toneMarks: "Dấu dễ lẫn: hãy nhìn kỹ", binding: "trường ràng buộc pháp lý", newValue: "Giá trị mới của {0}", save: "Lưu", cancel: "Thôi",
    conflict: "Người khác vừa sửa mục này", conflictSays: "Giá trị của bạn chưa được lưu. Xem giá trị hiện nay rồi chọn.", yours: "Bạn vừa gõ", theirs: "Hiện nay trong sổ", keepMine: "Lưu giá trị của tôi", takeTheirs: "Giữ giá trị hiện nay",
    noPicture: "Trang này chưa có ảnh.", noPlace: "Trường này không gắn với vùng nào trên ảnh.", zoomIn: "Phóng to", zoomOut: "Thu nhỏ", fit: "Vừa khung", turn: "Xoay", noLineOnSide: "Trang này nằm ngang trong ảnh: không đặt vạch tách dòng được. Hãy quét lại cho đứng trang.", picture: "Ảnh trang; kéo để di chuyển, phím + và − để phóng thu", region: "Vùng của {0}",
    verifyTitle: "Kiểm tra bản sao điện tử", verifySays: "Chọn tệp PDF nhận được. Tệp được kiểm tra trên máy chủ này trong một tiến trình tách biệt, không được lưu lại và không gửi đi đâu.", chooseFile: "Chọn tệp PDF", check: "Kiểm tra", checking: "Đang kiểm tra…", qrText: "Hoặc nội dung mã QR", checkCode: "Kiểm tra mã",
    "verdict.valid": "Hợp lệ", "verdict.invalid": "Không hợp lệ", "verdict.undecidable": "Không kết luận được",
    "status.valid": "Sổ cấp bản sao: còn giá trị", "status.replaced": "Sổ cấp bản sao: đã được thay thế", "status.revoked": "Sổ cấp bản sao: đã bị thu hồi", "status.voided": "Sổ cấp bản sao: đã huỷ", "status.unknown": "Sổ cấp bản sao: không có tệp này", whatWasChecked: "Đã kiểm tra", chooseFirst: "Hãy chọn một tệp trước.",
    batches: "Lô đã nhận", batch: "Lô", received: "Nhận lúc", operator: "Người nhận", done: "đã xong", needPerson: "cần người xem", failed: "lỗi", noBatches: "Chưa nhận lô nào.", whole: "Toàn kho", queued: "đang chờ", live: "cập nhật trực tiếp", notLive: "mất kết nối, đang nối lại…",
    refused: "Tệp bị từ chối", waitingPages: "Trang cần người xem", why: "Lý do",
    newPerson: "Thêm tài khoản", fullName: "Họ và tên", roles: "Vai trò", scope: "Được xem", everything: "tất cả hồ sơ", bodies: "Cơ quan (tên hoặc mã, mỗi dòng một)", booksOf: "Sổ (mã, mỗi dòng một)", create: "Tạo", created: "Đã tạo tài khoản.", disable: "Khoá", enable: "Mở lại", active: "đang dùng", disabled: "đã khoá", state: "Trạng thái", passwordRule: "Ít nhất 12 ký tự; một câu ngắn dễ nhớ là tốt.",
    "role.scanner": "quét", "role.keyer": "nhập liệu", "role.checker": "kiểm tra", "role.clerk": "một cửa", "role.signer": "ký", "role.auditor": "kiểm soát", "role.admin": "quản trị",
    at: "Lúc", what: "Việc", subject: "Đối tượng", note: "Ghi chú", noEvents: "Chưa có gì.", document: "Văn bản", fields: "Thông tin mô tả", value: "Giá trị", restricted: "Trang có dấu mật: không hiển thị.",
    changed: "Thay đổi", noHistory: "Chưa có thay đổi nào.", notFound: "Không có trang này.", noRight: "Vai trò của bạn không làm được việc này.",
  },
  en: {
    skip: "To the content", console: "Sổ Gốc", trial: "Trial archive, no official record", language: "Tiếng Việt", loading: "Loading…",
    signIn: "Sign in", signOut: "Sign out", name: "Name", password: "Password", verifyLink: "Check a copy",
    sessionEnded: "The session has ended. Sign in again; what you were typing is still there.", offline: "The server cannot be reached. Check the network and try again.",
    internal: "The server had a fault. Try again or tell the administrator.", again: "Try again", close: "Close",
    search: "Search", books: "Registers", work: "Progress", people: "Accounts", log: "Log", verify: "Check a copy",
    searchHint: "Name, number, date, place… with or without diacritics", find: "Search", from: "From", to: "To", kind: "Type of document", organ: "Issuing body",
    found: "{0} pages found", foundMost: "More than {0} pages; type more to narrow it down", nothingFound: "Nothing found. Try fewer words or fewer conditions.", typeToSearch: "Type above to search the pages that were read.", page: "page {0}", inMetadata: "in the metadata",
    more: "More", noBooks: "There is no register that you may see yet.", book: "Book", year: "Year", number: "Number", body: "Body", pages: "Pages", entries: "Entries", open: "Open",
    review: "Review", list: "Entries", tickets: "Findings", noTickets: "Nothing waits.", settle: "Settle", reason: "Reason", settled: "Settled.",
    who: "Person registered", stage: "Stage", undecided: "Fields waiting", noEntries: "There are no entries.", filterNumber: "Entry number",
    "stage.entry": "entry", "stage.check_1": "check 1", "stage.check_2": "check 2", "stage.final": "final",
    reviewing: "Reviewing {0}", waiting: "{0} fields wait", allDone: "No field waits any more. Thank you!", entry: "Entry {0}", moveOn: "Move on", moved: "Moved on.", history: "History", backToBook: "To the book",
    accept: "Right", retype: "Retype", illegible: "Illegible", emptyField: "Empty", unknownField: "Unknown", next: "Next", previous: "Previous", undo: "Undo", undone: "Undone.", nothingToUndo: "There is nothing to undo.",
    keys: "Keys: Enter right · E retype · X illegible · O empty · N/P next/previous · U undo", saved: "Saved.", by: "decided by {0}", sure: "read, sure, {0} %", read: "read, {0} %", unread: "(not read)", none: "(nothing is written)", illegibleValue: "(illegible)", unknownValue: "(not known)",
    split: "Split row", merge: "Join with row above", splitSays: "Put the line between the two rows: ↑ ↓ or a click, Enter splits, Esc gives up", rowSplit: "The row was split. Look at each field of both rows.", rowMerged: "Joined with the row above. Look at each field.",
    notesOf: "Notes about entry {0}", newNote: "New note (for colleagues, no part of the register)", noNotes: "There are no notes yet.", lookFirst: "The place of this field was not wholly in sight. Look at the picture, then press Enter again.", savedLater: "The server cannot be reached. What you typed is kept and is saved by itself when the network is back.",
    keying: "Second keying", keyingOf: "Second keying, {0}", keyingSays: "Type what the picture shows. Nobody sees what others typed. Leave it empty and press Enter when nothing is written there.", later: "Later", allKeyed: "You keyed every field that waits for a second keying.", "keyed.disputed": "Two persons differ; a third keys it.", "keyed.split": "Three persons differ; a checker decides.",
    disputes: "Tie-break", disputesOf: "Tie-break, {0}", noDisputes: "There is no field that three persons keyed differently.", disputesSay: "Keys 1–3 choose a value, E types another one, X is illegible. Letters that differ are coloured.",
    textOf: "Correct the text, {0}", wordSays: "This word in the picture", noWord: "(no word)", saveWords: "Save the text", pageOfBatch: "batch {0}, page {1}", addWord: "Add a word", drawWord: "Draw around the word that was missed, or use the arrows (Shift changes the size), Enter is done, Esc gives up", wordAdded: "(added)", changedWords: "Changed, not saved", wordsLeft: "{0} doubtful words", noWords: "There is no word on this page.", nothingChanged: "No word was changed.", wordsSaved: "Saved. The PDF is written anew with the new text; its picture stays as it is.", wordsChanged: "Somebody else has just corrected this text. Load the page again and go on; yours is still there.", oneWord: "One word at a time, without blanks.", backToDocument: "To the document", correctText: "Correct the text",
    pagesOf: "Pages of {0}", pageOf: "page {0} of {1}", noPages: "This book has no pages yet.", notRead: "not read", restrictedShort: "secrecy mark", evidence: "spare scan", "page.needs_person": "to look at", "page.quarantined": "failed",
    sendScans: "Send scans", dropHere: "Drop files here, or choose them. When the network goes, sending goes on where it stopped.", chooseFiles: "Choose files", whereTo: "Belongs to", noPlaceYet: "(no dossier or book yet)", oneDocument: "All are one document", makeBatch: "Take in as a batch", batchMade: "Taken in as batch {0}.", arrived: "{0} of {1} files arrived", remove: "Remove", chooseAgain: "choose this file again to go on", waitsForServer: "waiting for the server, goes on by itself",
    dossier: "Dossier", runAgain: "Run what failed again", runsAgain: "{0} jobs run again.", nothingQuarantined: "Nothing is quarantined.", quarantine: "Quarantine", quality: "Picture quality", noQualityFindings: "No quality finding in {0} pages.", rescans: "Missing pages, to be scanned again", noRescans: "No page is missing.",
    report: "Report", byBook: "By book", byPerson: "By person", name2: "Name", fieldsDecided: "Fields decided", fieldsHour: "Fields an hour", machineWrong: "Machine wrong", correctedLater: "Corrected by others", errorRate: "Error rate", asCsv: "As CSV", asHtml: "As a page to print",
    toneMarks: "Marks that are easily confused: look closely", binding: "legally binding", newValue: "New value of {0}", save: "Save", cancel: "Cancel",
    conflict: "Somebody else has just changed this entry", conflictSays: "Your value is not saved. Look at what stands there now, then choose.", yours: "You typed", theirs: "Now in the register", keepMine: "Save my value", takeTheirs: "Keep what stands there",
    noPicture: "This page has no picture yet.", noPlace: "This field has no place on the picture.", zoomIn: "Zoom in", zoomOut: "Zoom out", fit: "Fit", turn: "Turn", noLineOnSide: "This page lies on its side in the picture: rows cannot be split. Scan it again, upright.", picture: "Picture of the page; drag to move, + and − to zoom", region: "Where {0} stands",
    verifyTitle: "Check an electronic copy", verifySays: "Choose the PDF you were given. It is checked on this server in a process of its own, is not kept and is sent nowhere.", chooseFile: "Choose the PDF", check: "Check", checking: "Checking…", qrText: "Or the text of the QR code", checkCode: "Check the code",
    "verdict.valid": "Valid", "verdict.invalid": "Not valid", "verdict.undecidable": "Cannot be decided",
    "status.valid": "Issue register: in force", "status.replaced": "Issue register: replaced", "status.revoked": "Issue register: revoked", "status.voided": "Issue register: voided", "status.unknown": "Issue register: does not know this file", whatWasChecked: "What was checked", chooseFirst: "Choose a file first.",
    batches: "Batches received", batch: "Batch", received: "Received", operator: "By", done: "done", needPerson: "need a person", failed: "failed", noBatches: "Nothing was received yet.", whole: "Whole archive", queued: "waiting", live: "live", notLive: "connection lost, trying again…",
    refused: "Files refused", waitingPages: "Pages that need a person", why: "Why",
    newPerson: "New account", fullName: "Full name", roles: "Roles", scope: "May see", everything: "all records", bodies: "Bodies (name or code, one a line)", booksOf: "Books (code, one a line)", create: "Create", created: "The account was made.", disable: "Disable", enable: "Enable", active: "active", disabled: "disabled", state: "State", passwordRule: "At least 12 characters; a short sentence is easy to remember.",
    "role.scanner": "scanner", "role.keyer": "keyer", "role.checker": "checker", "role.clerk": "clerk", "role.signer": "signer", "role.auditor": "auditor", "role.admin": "admin",
    at: "At", what: "What", subject: "Subject", note: "Note", noEvents: "Nothing yet.", document: "Document", fields: "Metadata", value: "Value", restricted: "Pages with a secrecy mark are not shown.",
    changed: "Changes", noHistory: "No changes yet.", notFound: "There is no such page.", noRight: "Your role does not allow this.",
  },
};

for (const part of [deskWords, fieldWords, logWords, scanWords]) for (const each of ["vi", "en"]) Object.assign(words[each], part[each]);

let chosen = localStorage.getItem("language") === "en" ? "en" : "vi";
export const language = () => chosen;

export function speak(language) {
  chosen = language;
  localStorage.setItem("language", language);
  document.documentElement.lang = language;
}

export function w(key, ...values) {
  const text = words[chosen][key] ?? key;
  return text.replace(/\{(\d)\}/g, (_, index) => String(values[index]));
}

export const day = (iso) => (iso ? new Date(iso).toLocaleString(chosen === "vi" ? "vi-VN" : "en-GB", { dateStyle: "short", timeStyle: "short" }) : "");

// A day inside is YYYY-MM-DD; people here write 05/09/2005. Anything else stays as it is.
export const date = (iso) => String(iso ?? "").replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");

// "batch 2 page 1", as the archive calls a page, in the language of the person.
export function pageName(name) {
  const [, batch, page] = /^batch (\d+) page (\d+)$/.exec(name) ?? [];
  return page ? w("pageOfBatch", batch, page) : name;
}

// The sentence of a failure.
export function sentence(error) {
  if (error.code === "offline") return w("offline");
  if (!error.message) return w("internal");
  const text = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  return error.subject && error.status === 400 ? `${error.subject}: ${error.message}` : text;
}
