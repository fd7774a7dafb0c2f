#include "pipeline/records/entry_checks.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "pipeline/records/completeness.hpp"
#include "pipeline/records/date_in_words.hpp"

namespace sogoc {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool only_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

int days_in(int month, int year) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

std::vector<int> figures_in(std::string_view text) {
  std::vector<int> numbers;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    int value = 0;
    for (; i < text.size() && is_digit(text[i]); ++i) value = std::min(1'000'000, 10 * value + (text[i] - '0'));
    numbers.push_back(value);
  }
  return numbers;
}

std::string twice(std::size_t entries) { return fmt::format("the same number stands on {} entries", entries); }

bool ends_with(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

// "nksNgaySinh" and "meNgaySinh" share what stands before NgaySinh.
std::string_view person_of(std::string_view key, std::string_view tail) { return key.substr(0, key.size() - tail.size()); }

class Checker {
 public:
  Checker(const EntryForm& form, const CheckedEntry& entry, int year_from, int year_to)
      : form_(form), entry_(entry), year_from_(year_from), year_to_(year_to) {}

  std::vector<CheckFinding> run() {
    number();
    for (const FormField& field : form_.fields) {
      const std::string_view text = entry_.text(field.key);
      if (text.empty()) continue;
      if (field.kind == FieldKind::date) date(field.key, text);
      if (field.kind == FieldKind::page_number && !only_digits(text)) error(field.key, "page_not_numeric", "the page number is no number");
      if (field.kind == FieldKind::book_number && text.find('/') == std::string_view::npos)
        warning(field.key, "book_number_form", "the number of the volume has no '/'");
      if (field.kind == FieldKind::id) id_paper(field.key, text);
      if ((field.kind == FieldKind::sex || field.kind == FieldKind::code) && !field.codes.empty()) code(field, text);
    }
    spoken_dates();
    parents();
    marriage();
    return std::move(findings_);
  }

 private:
  void add(std::string_view key, CheckSeverity severity, const char* rule, std::string text) {
    findings_.push_back({entry_.id, std::string(key), severity, rule, std::move(text)});
  }
  void error(std::string_view key, const char* rule, std::string text) { add(key, CheckSeverity::error, rule, std::move(text)); }
  void warning(std::string_view key, const char* rule, std::string text) { add(key, CheckSeverity::warning, rule, std::move(text)); }

  void number() {
    const FormField* known = form_.field("so");
    if (known == nullptr) return;
    const EntryValue* value = entry_.value("so");
    if (value == nullptr || value->state == EntryValueState::empty) return error("so", "number_empty", "the entry has no number");
    if (value->state != EntryValueState::written) return;
    if (!leading_number(value->text)) return error("so", "number_form", "the number of the entry has no figures");
    const auto year = trailing_year(value->text);
    if (value->text.find('/') == std::string::npos)
      warning("so", "number_without_year", "the number of the entry has no '/' and year");
    else if (!year)
      error("so", "number_form", "the number of the entry is not of the form N/YYYY");
    if (year && (*year < year_from_ || *year > year_to_)) error("so", "year_not_of_book", fmt::format("the year {} is none of the book's", *year));
    const auto registered = written_date(entry_.text("ngayDangKy"));
    if (year && registered && registered->year != 0 && registered->year != *year)
      error("ngayDangKy", "year_mismatch", fmt::format("the entry is of {} and was registered in {}", *year, registered->year));
  }

  void date(const std::string& key, std::string_view text) {
    const auto written = written_date(text);
    if (!written) return error(key, "date_form", "is no date, no year and no words about an age");
    const bool registration = key == "ngayDangKy";
    if (registration && (written->free_text || written->day == 0)) error(key, "date_incomplete", "the day of registration is not complete");
    if (written->free_text && (key == "nksNgaySinh" || key == "nktNgayChet"))
      warning(key, "date_in_words", "the date of the event itself is only in words");
    const auto registered = written_date(entry_.text("ngayDangKy"));
    if (!registration && registered && registered->year != 0 && written->year > registered->year && !key.starts_with("ngayC"))
      error(key, "after_registration", fmt::format("{} is after the year of registration, {}", written->year, registered->year));
  }

  void id_paper(const std::string& key, std::string_view text) {
    std::string figures;
    for (const char c : text)
      if (c != ' ' && c != '.') figures.push_back(c);
    if (!only_digits(figures)) return;  // a passport, a soldier's paper
    if (figures.size() == 9) return;    // CMND
    if (figures.size() != 12) return warning(key, "id_length", fmt::format("has {} figures; a CCCD has 12, a CMND 9", figures.size()));
    const int province = std::stoi(figures.substr(0, 3)), century = figures[3] - '0', year = std::stoi(figures.substr(4, 2));
    if (province < 1 || province > 96) warning(key, "id_province", fmt::format("its first figures {:03} are no province", province));
    if (century > 5) return warning(key, "id_century", "its fourth figure is no century and sex");
    // Whose paper: the person with the same beginning of the key.
    for (const FormField& field : form_.fields) {
      if (!ends_with(field.key, "NgaySinh") && !ends_with(field.key, "GioiTinh")) continue;
      const bool birth = ends_with(field.key, "NgaySinh");
      const std::string_view person = person_of(field.key, birth ? "NgaySinh" : "GioiTinh");
      if (!std::string_view(key).starts_with(person)) continue;
      if (birth) {
        const auto born = written_date(entry_.text(field.key));
        const int said = 1900 + 100 * (century / 2) + year;
        if (born && born->year != 0 && born->year != said)
          warning(key, "id_year", fmt::format("says born in {}, the entry says {}", said, born->year));
      } else {
        const std::string_view sex = entry_.text(field.key);
        if ((sex == "Nam" && century % 2 != 0) || (sex == "Nữ" && century % 2 == 0)) warning(key, "id_sex", "says the other sex");
      }
    }
  }

  void code(const FormField& field, std::string_view text) {
    std::vector<const CodeListEntry*> same;
    for (const CodeListEntry& one : field.codes)
      if (one.name == text || one.code == text) same.push_back(&one);
    if (same.empty()) return warning(field.key, "not_in_list", "is not in the list of this field");
    // Lists change; what counts is the list of the day of registration.
    const auto registered = written_date(entry_.text("ngayDangKy"));
    if (!registered || registered->day == 0) return;
    const std::string day = fmt::format("{:04}-{:02}-{:02}", registered->year, registered->month, registered->day);
    if (std::none_of(same.begin(), same.end(), [&](const CodeListEntry* one) { return one->holds_on(day); }))
      warning(field.key, "not_in_list_then", fmt::format("was not in the list of this field on {}", day));
  }

  // A register writes the day of birth twice so that nobody can change one figure: both must say the same.
  void spoken_dates() {
    constexpr std::string_view kInWords = "BangChu";
    for (const FormField& field : form_.fields) {
      if (!ends_with(field.key, kInWords)) continue;
      const auto figures = written_date(entry_.text(person_of(field.key, kInWords)));
      const std::string_view text = entry_.text(field.key);
      if (text.empty() || !figures || figures->year == 0) continue;
      const auto words = date_in_words(text);
      if (!words) {
        warning(field.key, "words_unclear", "the words are no date that could be understood");
        continue;
      }
      const auto differ = [](int a, int b) { return a != 0 && b != 0 && a != b; };
      if (differ(words->day, figures->day) || differ(words->month, figures->month) || differ(words->year, figures->year))
        error(field.key, "words_differ", fmt::format("the words say {}/{}/{}, the figures {}/{}/{}", words->day, words->month, words->year, figures->day, figures->month, figures->year));
    }
  }

  void parents() {
    const auto child = written_date(entry_.text("nksNgaySinh"));
    if (!child || child->year == 0) return;
    for (const char* key : {"meNgaySinh", "chaNgaySinh"}) {
      const auto parent = written_date(entry_.text(key));
      if (!parent || parent->year == 0) continue;
      const int age = child->year - parent->year;
      if (age <= 0) error(key, "parent_younger", "the parent is not older than the child");
      else if (age < 13 || age > 75) warning(key, "parent_age", fmt::format("the parent was about {} years old", age));
    }
  }

  void marriage() {
    const auto registered = written_date(entry_.text("ngayDangKy"));
    if (!registered || registered->year == 0) return;
    for (const auto& [key, least] : {std::pair{"chongNgaySinh", 20}, std::pair{"voNgaySinh", 18}}) {
      const auto born = written_date(entry_.text(key));
      if (!born || born->year == 0) continue;
      if (registered->year - born->year < least) warning(key, "marriage_age", fmt::format("was under {} at the marriage", least));
    }
  }

  const EntryForm& form_;
  const CheckedEntry& entry_;
  int year_from_, year_to_;
  std::vector<CheckFinding> findings_;
};

}  // namespace

const EntryValue* CheckedEntry::value(std::string_view key) const {
  for (const auto& [name, value] : values)
    if (name == key) return &value;
  return nullptr;
}

std::string_view CheckedEntry::text(std::string_view key) const {
  const EntryValue* found = value(key);
  return found != nullptr && found->state == EntryValueState::written ? std::string_view(found->text) : std::string_view();
}

std::optional<WrittenDate> written_date(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::vector<int> numbers = figures_in(text);
  const auto year_like = [](int year) { return year >= 1800 && year <= 2199; };
  if (numbers.size() == 3) {
    const WrittenDate date{numbers[0], numbers[1], numbers[2], false};
    if (!year_like(date.year) || date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in(date.month, date.year)) return std::nullopt;
    return date;
  }
  if (text.size() == 4 && numbers.size() == 1 && only_digits(text) && year_like(numbers[0])) return WrittenDate{0, 0, numbers[0], false};
  if (text.find('t') == std::string_view::npos && text.find('T') == std::string_view::npos) return std::nullopt;
  WrittenDate words{0, 0, 0, true};
  for (const int number : numbers)
    if (year_like(number)) words.year = number;
  return words;
}

std::vector<CheckFinding> check_entry(const EntryForm& form, const CheckedEntry& entry, int year_from, int year_to) {
  return Checker(form, entry, year_from, year_to).run();
}

std::vector<CheckFinding> check_unique(const EntryForm& form, const std::vector<CheckedEntry>& entries) {
  std::vector<CheckFinding> findings;
  for (const char* key : {"so", "soHieuVanBang", "soVaoSo"}) {
    if (form.field(key) == nullptr) continue;
    std::map<std::string, std::vector<EntryId>> holders;
    for (const CheckedEntry& entry : entries) {
      const std::string_view text = entry.text(key);
      if (text.empty()) continue;
      // "07/2005" and "7/2005" are one number.
      std::string normal(text);
      if (std::string_view(key) == "so") {
        const auto number = leading_number(text);
        const auto year = trailing_year(text);
        if (number) normal = fmt::format("{}/{}", *number, year.value_or(0));
      }
      holders[normal].push_back(entry.id);
    }
    for (const auto& [number, ids] : holders)
      if (ids.size() > 1)
        for (const EntryId id : ids)
          findings.push_back({id, key, CheckSeverity::error, "number_twice", twice(ids.size())});
  }
  return findings;
}

}  // namespace sogoc
