// The text layer, word by word: what a page says, and what a person says that it says.

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/corrections.hpp"
#include "pipeline/core/record_json.hpp"
#include "storage/review_store.hpp"
#include "tools/server/api.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::size_t kMostWords = 500;
constexpr std::size_t kMostWordBytes = 200;

struct PlacedWord {
  BoxPx box;
  std::string text;
};

// What the page's text layer says now.
Result<std::vector<PlacedWord>> words_of_page(Call& call, const PageRow& page) {
  std::vector<PlacedWord> words;
  if (!page.record) return words;
  SOGOC_TRY(const std::string json, call.archive.blobs().load(*page.record));
  SOGOC_TRY(PageRecord record, page_record_from_json(json));
  SOGOC_TRY(const auto corrections, call.archive.review().corrections(page.id));
  static_cast<void>(apply_corrections(record, corrections));
  for (const PagePart& part : record.parts)
    for (const Region& region : part.text.regions)
      for (const TextLine& line : region.lines)
        for (const Word& word : line.words) words.push_back({box_on_master(word.box, part, record.master_size), word.text});
  return words;
}

Result<SizePx> size_of_page(Call& call, const PageRow& page) {
  if (!page.record) return SizePx{};
  SOGOC_TRY(const std::string json, call.archive.blobs().load(*page.record));
  SOGOC_TRY(const PageRecord record, page_record_from_json(json));
  return record.master_size;
}

Result<BoxPx> box_of(const Json& json) {
  const auto found = json.find("box");
  const auto is_side = [](const Json& side) { return side.is_number_integer() && side.get<std::int64_t>() >= 0 && side.get<std::int64_t>() <= 1'000'000; };
  if (found == json.end() || !found->is_array() || found->size() != 4 || !std::all_of(found->begin(), found->end(), is_side))
    return fail(ErrorCode::usage, Retry::never, "box", "must be four numbers: left, top, right, bottom");
  const auto side = [&](std::size_t i) { return (*found)[i].get<int>(); };
  return BoxPx{side(0), side(1), side(2), side(3)};
}

Result<Response> correct(Call& call) {
  SOGOC_TRY(const PageRow page, page_in_scope(call, call.number("page")));
  const auto given = call.body.find("words");
  if (given == call.body.end() || !given->is_array() || given->empty() || given->size() > kMostWords)
    return fail(ErrorCode::usage, Retry::never, "words", fmt::format("must be a list of 1 to {} words", kMostWords));
  SOGOC_TRY(const auto stands, words_of_page(call, page));
  std::vector<NewCorrection> corrections;
  for (const Json& one : *given) {
    if (!one.is_object()) return fail(ErrorCode::usage, Retry::never, "words", "must be a list of words with box, before and text");
    NewCorrection word;
    SOGOC_TRY(word.box, box_of(one));
    SOGOC_TRY(word.before, text_of(one, "before", kMostWordBytes));
    SOGOC_TRY(word.text, text_of(one, "text", kMostWordBytes));
    // Where nothing is read, a word is added.
    if (word.before.empty() && std::none_of(stands.begin(), stands.end(), [&](const PlacedWord& other) { return same_place(other.box, word.box); })) {
      SOGOC_TRY(const SizePx size, size_of_page(call, page));
      if (word.text.empty()) return fail(ErrorCode::usage, Retry::never, "text", "must be one word: without blanks");
      if (word.box.width() < 2 || word.box.height() < 2 || word.box.right > size.width || word.box.bottom > size.height)
        return fail(ErrorCode::usage, Retry::never, "box", "must lie on the page");
      corrections.push_back(std::move(word));
      continue;
    }
    const auto known = std::find_if(stands.begin(), stands.end(), [&](const PlacedWord& other) { return other.box == word.box; });
    if (known == stands.end() || known->text != word.before)
      return fail(ErrorCode::conflict, Retry::after_operator, page.name, "says something else there now; look at it again");
    corrections.push_back(std::move(word));
  }
  SOGOC_CHECK(call.archive.review().correct_words(page.id, corrections, call.name()));
  return json_response({{"page", page.id}, {"corrected", corrections.size()}});
}

}  // namespace

std::vector<Route> word_routes() {
  return {{web::Method::post, "/api/pages/{page}/words", "correctWords",
           "A person says what words of a page's text layer say; the document is written anew, its picture stays as it is", correct, false, Right::key_fields, {},
           "CorrectWords", "CorrectedWords"}};
}

}  // namespace sogoc::server
