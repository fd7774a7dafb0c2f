// What fields of a document's metadata are called on the page (docs/metadata.schema.json has their keys). Vietnamese first; a test compares the keys.

export const fieldWords = {
  vi: {
    "field.typeName": "Loại văn bản", "field.typeCode": "Mã loại văn bản", "field.codeNumber": "Số", "field.codeNotation": "Ký hiệu", "field.issuedDate": "Ngày ban hành", "field.issuedYear": "Năm ban hành", "field.issuedMonth": "Tháng ban hành", "field.place": "Địa danh",
    "field.organName": "Cơ quan ban hành", "field.parentOrgan": "Cơ quan chủ quản", "field.subject": "Trích yếu", "field.signerTitle": "Quyền hạn, chức vụ người ký", "field.signerName": "Người ký", "field.recipientsFirst": "Nơi nhận, dòng đầu", "field.recipients": "Nơi nhận", "field.urgency": "Mức độ khẩn",
    "field.secrecy": "Độ mật", "field.hasRedSeal": "Có dấu đỏ", "field.numberHandwritten": "Số viết tay", "field.pageCount": "Số trang", yes: "có", no: "không",
  },
  en: {
    "field.typeName": "Type of document", "field.typeCode": "Code of the type", "field.codeNumber": "Number", "field.codeNotation": "Notation", "field.issuedDate": "Day of issue", "field.issuedYear": "Year of issue", "field.issuedMonth": "Month of issue", "field.place": "Place of issue",
    "field.organName": "Issuing body", "field.parentOrgan": "Body above it", "field.subject": "Subject", "field.signerTitle": "Signer's powers and office", "field.signerName": "Signer", "field.recipientsFirst": "First recipient", "field.recipients": "Recipients", "field.urgency": "Urgency",
    "field.secrecy": "Secrecy", "field.hasRedSeal": "Red seal", "field.numberHandwritten": "Number by hand", "field.pageCount": "Pages", yes: "yes", no: "no",
  },
};
