#include "workers/handwriting/field_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "pipeline/core/utf8.hpp"
#include "workers/handwriting/ctc.hpp"
#include "workers/handwriting/grammar.hpp"
#include "workers/handwriting/line_network.hpp"
#include "workers/handwriting/line_picture.hpp"
#include "workers/handwriting/words.hpp"

namespace sogoc::handwriting {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
// How much less likely than the free reading a text of the grammar may be, in natural logarithms
// a character, before the ink is believed instead.
constexpr double kDearestGrammar = 1.6;

Judge judge_of(FieldKind kind, const Words& words) {
  Judge judge;
  switch (kind) {
    case FieldKind::date:
      judge.may_begin = may_begin_date;
      judge.finished = [](std::u32string_view text) { return is_date(text) ? 0.0 : kNever; };
      break;
    case FieldKind::number:
      judge.may_begin = may_begin_number;
      judge.finished = [](std::u32string_view text) { return is_number(text) ? 0.0 : kNever; };
      break;
    case FieldKind::text:
    case FieldKind::name:
    case FieldKind::place:
      judge.word = [&words](std::u32string_view word) { return words.prior(word); };
      break;
  }
  return judge;
}

// Dots of the form's leader and the end of a printed label come out as signs at the ends.
std::u32string without_leaders(std::u32string_view text) {
  const std::u32string_view at_front = U" .,:;-_)'\"*";
  const std::u32string_view at_back = U" .,:;-_('\"*";
  const auto first = text.find_first_not_of(at_front);
  if (first == std::u32string_view::npos) return {};
  const auto last = text.find_last_not_of(at_back);
  return std::u32string(text.substr(first, last - first + 1));
}

}  // namespace

std::string_view name(FieldKind kind) {
  switch (kind) {
    case FieldKind::text: return "text";
    case FieldKind::name: return "name";
    case FieldKind::date: return "date";
    case FieldKind::number: return "number";
    case FieldKind::place: return "place";
  }
  return "text";
}

struct FieldReader::Engine {
  std::unique_ptr<LineNetwork> network;
  std::u32string letters;
  double evenness = 1;
  Words words;
};

FieldReader::FieldReader() : engine_(std::make_unique<Engine>()) {}
FieldReader::~FieldReader() = default;

Result<std::unique_ptr<FieldReader>> FieldReader::create(const LineModel& model) {
  std::unique_ptr<FieldReader> reader(new FieldReader());
  SOGOC_TRY(reader->engine_->network, LineNetwork::create(model));
  reader->engine_->letters = model.letters;
  reader->engine_->evenness = model.evenness;
  reader->engine_->words = Words::load(model.words);
  return reader;
}

Result<FieldReading> FieldReader::read(const PageImage& line, FieldKind kind) {
  FieldReading reading;
  const LinePicture picture = line_picture(line);
  if (picture.width == 0) return reading;
  SOGOC_TRY(const LineScores scores, engine_->network->run(picture));
  const std::u32string& letters = engine_->letters;

  const bool has_grammar = kind == FieldKind::date || kind == FieldKind::number;
  std::vector<Candidate> found = search(scores, letters, judge_of(kind, engine_->words));
  if (has_grammar) {
    const std::vector<Candidate> free =
        search(scores, letters, judge_of(FieldKind::text, engine_->words));
    const double length = std::max<double>(
        3, free.empty() ? 0 : static_cast<double>(without_leaders(free.front().text).size()));
    if (found.empty() ||
        (!free.empty() && free.front().ink - found.front().ink > kDearestGrammar * length)) {
      found = free;
      reading.fits = false;
    }
  }
  if (found.empty() || found.front().text.empty()) return reading;

  // Readings that differ in leaders only are one reading.
  struct Text {
    std::u32string text;
    double weight = 0;
  };
  std::vector<Text> texts;
  const double highest = found.front().total;
  for (const Candidate& candidate : found) {
    std::u32string text = without_leaders(candidate.text);
    const double weight = std::exp(std::max(-60.0, candidate.total - highest));
    const auto same =
        std::find_if(texts.begin(), texts.end(), [&](const Text& t) { return t.text == text; });
    if (same == texts.end())
      texts.push_back({std::move(text), weight});
    else
      same->weight += weight;
  }
  std::stable_sort(texts.begin(), texts.end(),
                   [](const Text& a, const Text& b) { return a.weight > b.weight; });
  const std::u32string& best = texts.front().text;
  if (best.empty()) return reading;
  reading.text = to_utf8(best);

  double sum = 0;
  for (const Text& text : texts) sum += std::pow(text.weight, engine_->evenness);
  const std::vector<CharacterPlace> places = align(scores, letters, best);
  double least = 1;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const double probability =
        i < places.size() ? std::pow(places[i].probability, engine_->evenness) : 0.0;
    reading.characters.push_back({to_utf8(std::u32string_view(&best[i], 1)), probability});
    if (best[i] != U' ') least = std::min(least, probability);
  }
  // Not surer of the whole than of its weakest letter, nor than its rivals leave room for.
  const double share = std::pow(texts.front().weight, engine_->evenness) / sum;
  reading.confidence = std::min(least, share);
  for (std::size_t i = 1; i < texts.size(); ++i)
    if (!texts[i].text.empty())
      reading.alternatives.push_back(
          {to_utf8(texts[i].text),
           reading.confidence *
               std::pow(texts[i].weight / texts.front().weight, engine_->evenness)});
  return reading;
}

}  // namespace sogoc::handwriting
