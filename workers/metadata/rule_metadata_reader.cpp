#include "workers/metadata/rule_metadata_reader.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "workers/metadata/folded_text.hpp"
#include "workers/metadata/head_block.hpp"
#include "workers/metadata/marks.hpp"
#include "workers/metadata/own_words.hpp"
#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"
#include "workers/metadata/signer_block.hpp"
#include "workers/metadata/title_block.hpp"

namespace sogoc {

using namespace metadata;

struct RuleMetadataReader::Rules {
  explicit Rules(DocumentRules rules) : words(std::move(rules)) {}
  RuleWords words;
};

namespace {

// The head of a document is looked for on its first pages only: a cover or a blank may come first.
constexpr std::size_t kPagesToHead = 4;
// A field below this is left out: no claim is better than a wrong one.
constexpr double kLeastClaim = 0.35;

class FieldList {
 public:
  FieldList() {
    for (const std::string& key : metadata_keys()) {
      MetadataField field;
      field.key = key;
      fields_.push_back(std::move(field));
    }
  }
  MetadataField& operator[](std::string_view key) {
    for (MetadataField& field : fields_)
      if (field.key == key) return field;
    return fields_.front();  // not reached: every key below is in metadata_keys()
  }
  void claim(std::string_view key, std::string value, double confidence, const Sheet* sheet,
             const BoxPx& box, std::string source) {
    MetadataField& field = (*this)[key];
    if (value.empty()) return;
    place(field, sheet, box);
    field.source = std::move(source);
    field.confidence = Confidence::from_fraction(confidence);
    if (confidence < kLeastClaim) {
      field.state = ValueState::illegible;
      return;
    }
    field.value = nfc(value);
    field.state = ValueState::read;
  }
  void without_value(std::string_view key, ValueState state, const Sheet* sheet, const BoxPx& box,
                     std::string source) {
    MetadataField& field = (*this)[key];
    place(field, sheet, box);
    field.state = state;
    field.source = std::move(source);
  }
  std::vector<MetadataField> take() { return std::move(fields_); }

 private:
  static void place(MetadataField& field, const Sheet* sheet, const BoxPx& box) {
    if (sheet == nullptr || box.empty()) return;
    field.page = sheet->page;
    field.box = sheet->on_master(box);
  }
  std::vector<MetadataField> fields_;
};

struct MainDocument {
  std::optional<HeadBlock> head;
  std::size_t head_sheet = 0;
  std::size_t end_sheet = 0;  // one past the last sheet of the main document
};

MainDocument find_main(const std::vector<Sheet>& sheets, const RuleWords& words) {
  MainDocument main;
  main.end_sheet = sheets.size();
  for (const bool titled : {true, false}) {
    for (std::size_t i = 0; i < sheets.size() && i < kPagesToHead; ++i) {
      auto head = find_head(sheets[i], words);
      if (!head || head->titled != titled) continue;
      main.head = std::move(head);
      main.head_sheet = i;
      break;
    }
    if (main.head) break;
  }
  if (!main.head) return main;
  for (std::size_t i = main.head_sheet + 1; i < sheets.size(); ++i)
    if (begins_document(sheets[i], words)) {
      main.end_sheet = i;
      break;
    }
  return main;
}

void claim_organs(FieldList& fields, const Sheet& sheet, const HeadBlock& head,
                  const OwnWords& own, const RuleWords& words, std::vector<std::string>& doubts) {
  std::vector<Row> rows = head.organ_rows;
  for (Row& row : rows) own.correct(row.words);
  const Organs organs = read_organs(rows, words);
  if (organs.name.empty()) return;
  // An upper-case line that begins like no known body may still be one, but with less certainty.
  const double trust = organs.known ? 1.0 : 0.7;
  fields.claim("organName", organs.name, organs.name_confidence * trust, &sheet, organs.name_box, "text");
  fields.claim("parentOrgan", organs.parent, organs.parent_confidence * trust, &sheet,
               organs.parent_box, "text");
  if (organs.joint) doubts.emplace_back("several bodies issue this document together");
}

// A notation of pieces that the rules know ("TTr-UBND") is surer than its letters alone.
double trust_of(const NumberLine& line, const RuleWords& words) {
  std::string piece = line.notation;
  if (piece.size() > 5 && piece[4] == '/') piece.erase(0, 5);
  piece = piece.substr(0, piece.find_first_of("-/."));
  for (const DocumentTypeRule& type : words.rules().types)
    if (!type.abbreviation.empty() && type.abbreviation == piece)
      return line.notation_confidence * 0.5 + 0.45;
  return line.notation_confidence;
}

void claim_number(FieldList& fields, const Sheet& sheet, const NumberLine& line, bool party,
                  const RuleWords& words, std::vector<std::string>& doubts) {
  const Slot& slot = line.number;
  switch (slot.ink) {
    case SlotInk::printed:
      fields.claim("codeNumber", slot.digits, slot.confidence, &sheet, slot.box, "text");
      fields.claim("numberHandwritten", "n", slot.confidence, &sheet, slot.box, "layout");
      break;
    case SlotInk::read_by_hand:
      fields.claim("codeNumber", slot.digits, slot.confidence, &sheet, slot.box, "digits");
      fields.claim("numberHandwritten", "y", slot.confidence, &sheet, slot.box, "layout");
      break;
    case SlotInk::by_hand:
      fields.without_value("codeNumber", ValueState::handwritten, &sheet, slot.box, "layout");
      fields.claim("numberHandwritten", "y", 0.8, &sheet, slot.box, "layout");
      break;
    case SlotInk::none:
      fields.without_value("codeNumber", ValueState::empty, &sheet, slot.box, "layout");
      doubts.emplace_back("no number stands after 'Số:'");
      break;
  }
  // The Party writes "45-KH/BTGTU": without its slash the first half of the notation was lost.
  if (party && line.notation.find('/') == std::string::npos) {
    if (!line.notation.empty())
      fields.without_value("codeNotation", ValueState::illegible, &sheet, line.notation_box, "text");
    return;
  }
  fields.claim("codeNotation", line.notation, trust_of(line, words), &sheet, line.notation_box,
               "text");
}

void claim_date(FieldList& fields, const Sheet& sheet, const DateLine& line, const std::string& today,
                std::vector<std::string>& doubts) {
  fields.claim("place", line.place, line.place_confidence, &sheet, line.place_box, "text");
  const Slot* slots[] = {&line.day, &line.month, &line.year};
  bool by_hand = false, whole = true;
  double least = 1;
  std::string source = "text";
  for (const Slot* slot : slots) {
    by_hand = by_hand || slot->ink == SlotInk::by_hand || slot->ink == SlotInk::read_by_hand;
    whole = whole && slot->has_digits();
    if (slot->ink == SlotInk::read_by_hand) source = "digits";
    least = std::min(least, slot->confidence);
  }
  if (line.year.has_digits())
    fields.claim("issuedYear", line.year.digits, line.year.confidence, &sheet, line.year.box,
                 line.year.ink == SlotInk::printed ? "text" : "digits");
  if (line.month.has_digits())
    fields.claim("issuedMonth", line.month.digits, line.month.confidence, &sheet, line.month.box,
                 line.month.ink == SlotInk::printed ? "text" : "digits");
  const std::string day = whole ? iso_day(line.day.digits, line.month.digits, line.year.digits) : "";
  if (!day.empty() && day <= today) {
    fields.claim("issuedDate", day, least, &sheet, line.box, source);
  } else if (whole && !by_hand) {
    fields.without_value("issuedDate", ValueState::illegible, &sheet, line.box, "text");
    doubts.emplace_back(day.empty() ? "the date of issue is no day of the calendar"
                                    : "the date of issue lies in the future");
  } else if (by_hand) {
    fields.without_value("issuedDate", ValueState::handwritten, &sheet, line.box, "layout");
  } else {
    fields.without_value("issuedDate", ValueState::empty, &sheet, line.box, "layout");
    doubts.emplace_back("the date of issue is not filled in");
  }
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

void claim_subject(FieldList& fields, const Sheet& sheet, std::vector<Row> rows,
                   const std::string& start, const OwnWords& own) {
  std::string subject = start;
  std::vector<Word> all;
  BoxPx box;
  for (Row& row : rows) {
    own.correct(row.words);
    // The label of a letter is fixed wording: "V.v", "Vv" and "V⁄v" are "V/v".
    if (&row == &rows.front() && row.words.size() > 1) {
      const std::string label = folded(row.words.front().text);
      if (label == "v v" || label == "vv")
        row.words.front().text =
            row.words.front().text.ends_with(':') && row.words.front().confidence.fraction() > 0.6 ? "V/v:" : "V/v";
    }
    const std::string line = trimmed(text_of(row), "_~*|");
    if (line.empty()) continue;
    subject += (subject.empty() ? "" : " ") + line;
    all.insert(all.end(), row.words.begin(), row.words.end());
    box = united(box, row.box);
  }
  fields.claim("subject", trimmed(subject, "_-~*:;,"), all.empty() ? 0.8 : confidence_of(all), &sheet,
               box, "text");
}

// "TTr" of "TTr-UBND" against the printed type: a difference is a reading error or a misprint.
void check_notation(FieldList& fields, const DocumentTypeRule& type, std::vector<std::string>& doubts) {
  const std::string& notation = fields["codeNotation"].value;
  if (notation.empty() || type.abbreviation.empty()) return;
  std::string_view first = notation;
  if (const std::size_t slash = first.find('/'); slash == 4) first.remove_prefix(5);
  first = first.substr(0, first.find_first_of("-/."));
  if (same_case(first) != same_case(type.abbreviation))
    doubts.push_back(fmt::format("the notation does not name the printed type ({})", type.abbreviation));
}

void claim_type(FieldList& fields, const Sheet& sheet, const HeadBlock& head, const TitleBlock& title,
                const RuleCatalog& catalog, const RuleWords& words, const std::string& today,
                const OwnWords& own, std::vector<std::string>& doubts) {
  const auto code = [&](const DocumentTypeRule& type, double confidence, const BoxPx& box,
                        const char* source) {
    fields.claim("typeName", type.name, confidence, &sheet, box, source);
    fields.claim("typeCode", catalog.archive_code(type.name, today), confidence, &sheet, box, source);
  };
  if (title.type != nullptr) {
    const double sure = title.certainty * std::max(0.6, confidence_of(title.type_row.words));
    code(*title.type, sure, title.type_row.box, "text");
    check_notation(fields, *title.type, doubts);
    claim_subject(fields, sheet, title.subject_rows, title.subject_start, own);
    return;
  }
  BoxPx subject_box;
  for (const Row& row : head.subject_rows) subject_box = united(subject_box, row.box);
  if (!head.subject_rows.empty()) claim_subject(fields, sheet, head.subject_rows, "", own);
  // A letter has no type line: its subject stands under the number. Its notation names the body
  // ("CT" may be Cục Thuế), so it is no witness of the type.
  const DocumentTypeRule* letter = words.letter();
  if (letter == nullptr || title.other_title) {
    doubts.emplace_back("the name of the type was not recognised");
    return;
  }
  if (!head.subject_rows.empty() && head.number_row) {
    code(*letter, title.addressed ? 0.97 : 0.85, subject_box, "layout");
  } else if (title.addressed && head.number_row && head.two_columns) {
    code(*letter, 0.6, head.number_row->box, "layout");
    doubts.emplace_back("taken for a letter: it is addressed and prints no type");
  } else {
    doubts.emplace_back("no name of a type was found");
  }
}

void claim_signer(FieldList& fields, const SignerBlock& signer, std::vector<std::string>& doubts) {
  if (signer.sheet == nullptr) {
    doubts.emplace_back("no signer was found");
    return;
  }
  if (signer.title_unclear) {
    fields.without_value("signerTitle", ValueState::illegible, signer.sheet, signer.title_box, "text");
    doubts.emplace_back("part of the signer's title is hidden");
  } else {
    fields.claim("signerTitle", signer.title,
                 signer.title_completed ? 0.6 : signer.title_confidence, signer.sheet, signer.title_box,
                 signer.title_completed ? "layout" : "text");
  }
  if (signer.title_completed)
    doubts.emplace_back("a word of the signer's title is hidden and was completed by its form");
  if (!signer.name.empty()) {
    fields.claim("signerName", signer.name, signer.name_confidence, signer.sheet, signer.name_box, "text");
  } else {
    if (signer.name_unclear)
      fields.without_value("signerName", ValueState::illegible, signer.sheet, signer.name_box, "text");
    doubts.emplace_back("the signer's name could not be read");
  }
  if (signer.several) doubts.emplace_back("several signers: the right-hand one is given");
}

void claim_seal(FieldList& fields, std::span<const PageRecord> pages, const SignerBlock& signer,
                std::size_t last_page, std::vector<std::string>& doubts) {
  const auto bilevel = [](const PageRecord& page) {
    return !page.pictures.empty() &&
           std::all_of(page.pictures.begin(), page.pictures.end(), [](const PlacedPicture& placed) {
             return placed.role != PictureRole::base || placed.picture.colour == ColourModel::bilevel ||
                    placed.picture.colour == ColourModel::gray;
           });
  };
  MetadataField& field = fields["hasRedSeal"];
  field.state = ValueState::read;
  field.source = "colour";
  field.value = "n";
  field.confidence = Confidence::from_fraction(0.8);
  for (std::size_t i = 0; i < pages.size() && i < last_page; ++i) {
    if (!pages[i].red_seal) continue;
    field.value = "y";
    field.confidence = Confidence::from_fraction(0.95);
    field.page = static_cast<int>(i) + 1;
    for (const PagePart& part : pages[i].parts)
      for (const Region& region : part.text.regions)
        if (region.kind == RegionKind::seal && field.box.empty())
          field.box = box_on_master(region.box, part, pages[i].master_size);
    return;
  }
  const std::size_t at = signer.sheet != nullptr ? static_cast<std::size_t>(signer.sheet->page) - 1 : 0;
  if (at < pages.size() && bilevel(pages[at])) {
    field.confidence = Confidence::from_fraction(0.5);
    doubts.emplace_back("the page of the signature has no colour: a seal there cannot be judged");
  } else if (signer.sheet != nullptr) {
    doubts.emplace_back("no red seal was seen");
  }
}

void claim_mark(FieldList& fields, std::string_view key, const std::vector<Sheet>& sheets,
                std::size_t begin, std::size_t end, const RuleWords& words, std::string_view list) {
  for (std::size_t i = begin; i < end && i < sheets.size() && i < begin + 2; ++i) {
    const std::vector<Mark> marks = find_marks(sheets[i], words, list);
    if (marks.empty()) continue;
    fields.claim(key, marks.front().text, std::max(0.6, marks.front().confidence), &sheets[i],
                 marks.front().box, "text");
    return;
  }
}

std::string system_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

}  // namespace

const std::vector<std::string>& metadata_keys() {
  static const std::vector<std::string> keys{
      "typeName",    "typeCode",   "codeNumber",      "codeNotation", "issuedDate",
      "issuedYear",  "issuedMonth", "place",          "organName",    "parentOrgan",
      "subject",     "signerTitle", "signerName",     "recipientsFirst", "recipients",
      "urgency",     "secrecy",     "hasRedSeal",     "numberHandwritten", "pageCount"};
  return keys;
}

RuleMetadataReader::RuleMetadataReader(std::shared_ptr<const RuleCatalog> catalog, std::string today)
    : catalog_(std::move(catalog)),
      today_(std::move(today)),
      rules_(std::make_unique<Rules>(catalog_->in_force(today_))) {}

RuleMetadataReader::~RuleMetadataReader() = default;

std::vector<std::string> RuleMetadataReader::secrecy_marks(const PagePart& part) {
  PageRecord record;
  record.master_size = part.size;
  std::vector<std::string> found;
  for (const Mark& mark : find_marks(make_sheet(record, part, 1), rules_->words, "secrecy_marks"))
    found.push_back(mark.text);
  return found;
}

Result<DocumentMetadata> RuleMetadataReader::read(std::span<const PageRecord> pages) {
  std::vector<Sheet> sheets;
  for (std::size_t i = 0; i < pages.size(); ++i)
    for (const PagePart& part : pages[i].parts)
      sheets.push_back(make_sheet(pages[i], part, static_cast<int>(i) + 1));

  FieldList fields;
  DocumentMetadata metadata;
  std::vector<std::string>& doubts = metadata.doubts;
  fields.claim("pageCount", std::to_string(pages.size()), 1, nullptr, {}, "layout");

  MainDocument main = find_main(sheets, rules_->words);
  // The wording of the document's own year, where the year can be read.
  std::unique_ptr<Rules> then;
  DateLine date;
  if (main.head && main.head->date_row) {
    const Sheet& sheet = sheets[main.head_sheet];
    date = parse_date_line(sheet, *main.head->date_row, rules_->words);
    const std::string day =
        date.year.has_digits()
            ? (iso_day(date.day.digits, date.month.digits, date.year.digits).empty()
                   ? date.year.digits + "-12-31"
                   : iso_day(date.day.digits, date.month.digits, date.year.digits))
            : std::string();
    if (!day.empty() && day >= "1945-09-02" && day < today_)
      then = std::make_unique<Rules>(catalog_->in_force(day));
  }
  const RuleWords& words = then ? then->words : rules_->words;

  const std::size_t end = main.head ? main.end_sheet : sheets.size();
  const std::size_t begin = main.head ? main.head_sheet : 0;
  const std::span<const Sheet> main_sheets(sheets.data() + begin, end - begin);
  const OwnWords own(main_sheets);

  if (main.head) {
    const Sheet& sheet = sheets[main.head_sheet];
    const HeadBlock& head = *main.head;
    const TitleBlock title = find_title_block(sheet, head, words);
    claim_organs(fields, sheet, head, own, words, doubts);
    const std::optional<Row>& number_row = head.number_row ? head.number_row : title.number_row;
    if (number_row) {
      const NumberLine line = parse_number_line(sheet, *number_row, words, date.figure);
      claim_number(fields, sheet, line, head.party, words, doubts);
    } else {
      doubts.emplace_back("no line with a number was found");
    }
    if (head.date_row) claim_date(fields, sheet, date, today_, doubts);
    else doubts.emplace_back("no line with place and date was found");
    claim_type(fields, sheet, head, title, *catalog_, words, today_, own, doubts);
  } else {
    doubts.emplace_back("no letter head was found: this may be no administrative document");
  }

  const SignerBlock signer = main.head ? find_signer(main_sheets, words, fields["organName"].value) : SignerBlock{};
  if (main.head) claim_signer(fields, signer, doubts);
  const RecipientsBlock recipients =
      main.head ? find_recipients(main_sheets, words) : RecipientsBlock{};
  if (!recipients.items.empty()) {
    fields.claim("recipientsFirst", recipients.items.front(), recipients.confidence, recipients.sheet,
                 recipients.box, "text");
    fields.claim("recipients", joined(recipients.items, "\n"), recipients.confidence, recipients.sheet,
                 recipients.box, "text");
  }
  claim_mark(fields, "urgency", sheets, begin, end, words, "urgency_marks");
  claim_mark(fields, "secrecy", sheets, begin, end, words, "secrecy_marks");
  const std::size_t last_page =
      end > begin && end <= sheets.size() ? static_cast<std::size_t>(sheets[end - 1].page) : pages.size();
  if (!pages.empty()) claim_seal(fields, pages, signer, last_page, doubts);
  metadata.fields = fields.take();
  return metadata;
}

Result<std::unique_ptr<MetadataReader>> make_rule_metadata_reader(
    const std::filesystem::path& rules_folder, std::string today) {
  SOGOC_TRY(RuleCatalog catalog, RuleCatalog::load(rules_folder));
  return std::make_unique<RuleMetadataReader>(std::make_shared<const RuleCatalog>(std::move(catalog)),
                                              std::move(today));
}

Result<std::unique_ptr<MetadataReader>> make_rule_metadata_reader(
    const std::filesystem::path& rules_folder) {
  return make_rule_metadata_reader(rules_folder, system_day());
}

}  // namespace sogoc
