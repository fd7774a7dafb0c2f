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
// A reading less sure than this is made a second time from a picture drawn wider: crowded letters
// stand apart there, and what two looks agree on is seldom wrong.
constexpr double kSureAtFirst = 0.97;
constexpr double kSureOfFigures = 0.998;  // a slim one is lost with much confidence: "11" for "1"
constexpr double kWider = 1.35;

constexpr double kDearestListed = 2.5;  // the same for a value of a closed list: few others are ever written
constexpr double kListed = 5.0;         // how much likelier a value of the field's list is than another text

bool has_grammar(FieldKind kind) {
  return kind == FieldKind::date || kind == FieldKind::date_in_words || kind == FieldKind::number ||
         kind == FieldKind::entry_number;
}

bool is_of_figures(FieldKind kind) {
  return kind == FieldKind::date || kind == FieldKind::number || kind == FieldKind::entry_number;
}

Judge judge_of(FieldKind kind, const Words& words, const Phrases& closed_list) {
  Judge judge;
  if (!closed_list.empty()) {
    judge.may_begin = [&closed_list](std::u32string_view text) { return closed_list.may_begin(text); };
    judge.finished = [&closed_list](std::u32string_view text) {
      return closed_list.has(text) ? kListed : kNever;
    };
    return judge;
  }
  switch (kind) {
    case FieldKind::date:
      judge.may_begin = may_begin_date;
      judge.finished = [](std::u32string_view text) { return is_date(text) ? 0.0 : kNever; };
      break;
    case FieldKind::date_in_words:
      judge.may_begin = may_begin_date_in_words;
      judge.finished = [](std::u32string_view text) { return is_date_in_words(text) ? 0.0 : kNever; };
      break;
    case FieldKind::number:
      judge.may_begin = may_begin_number;
      judge.finished = [](std::u32string_view text) { return is_number(text) ? 0.0 : kNever; };
      break;
    case FieldKind::entry_number:
      judge.may_begin = may_begin_entry_number;
      judge.finished = [](std::u32string_view text) { return is_entry_number(text) ? 0.0 : kNever; };
      break;
    case FieldKind::text:
    case FieldKind::name:
    case FieldKind::place:
      judge.word = [&words, subject = kind == FieldKind::text ? Subject::anything : Subject::names](
                       std::u32string_view before, std::u32string_view word) {
        return words.prior(before, word, subject);
      };
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
    case FieldKind::date_in_words: return "date-in-words";
    case FieldKind::number: return "number";
    case FieldKind::entry_number: return "entry-number";
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

namespace {

// What one look at the picture says.
struct Look {
  LineScores scores;
  std::vector<Candidate> found;
  bool fits = true;
};

// Candidates that a judge allows; read freely where the ink says something else.
void find_candidates(Look& look, std::u32string_view letters, FieldKind kind, const Words& words,
                     const Phrases& closed_list) {
  look.found = search(look.scores, letters, judge_of(kind, words, closed_list));
  if (closed_list.empty() && !has_grammar(kind)) return;
  std::vector<Candidate> free =
      search(look.scores, letters, judge_of(FieldKind::text, words, {}));
  const double length = std::max<double>(
      3, free.empty() ? 0 : static_cast<double>(without_leaders(free.front().text).size()));
  if (look.found.empty() ||
      (!free.empty() && free.front().ink - look.found.front().ink >
                            (closed_list.empty() ? kDearestGrammar : kDearestListed) * length)) {
    look.found = std::move(free);
    look.fits = false;
  } else if (!closed_list.empty()) {
    // What is not on the list takes its share of the confidence.
    for (Candidate& other : free)
      if (!closed_list.has(other.text)) look.found.push_back(std::move(other));
    std::stable_sort(look.found.begin(), look.found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.total > b.total; });
  }
}

// The candidates of both looks, judged by both pictures alike.
std::vector<Candidate> agreed(const Look& first, const Look& second, std::u32string_view letters) {
  std::vector<Candidate> all;
  for (const Look* look : {&first, &second}) {
    if (!look->fits && (first.fits || second.fits)) continue;
    for (const Candidate& candidate : look->found) {
      const bool known = std::any_of(all.begin(), all.end(), [&](const Candidate& other) {
        return other.text == candidate.text;
      });
      if (known || candidate.text.empty()) continue;
      const double prior = candidate.total - candidate.ink;
      const double ink = (log_probability(first.scores, letters, candidate.text) +
                          log_probability(second.scores, letters, candidate.text)) /
                         2;
      if (std::isfinite(ink)) all.push_back({candidate.text, ink, ink + prior});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.total > b.total; });
  return all;
}

// Readings that differ in leaders only are one reading.
struct Text {
  std::u32string text;
  double weight = 0;  // likelihood against the best one's, 0..1 and above
};

std::vector<Text> texts_of(const std::vector<Candidate>& found) {
  std::vector<Text> texts;
  for (const Candidate& candidate : found) {
    std::u32string text = without_leaders(candidate.text);
    const double weight = std::exp(std::max(-60.0, candidate.total - found.front().total));
    const auto same =
        std::find_if(texts.begin(), texts.end(), [&](const Text& t) { return t.text == text; });
    if (same == texts.end())
      texts.push_back({std::move(text), weight});
    else
      same->weight += weight;
  }
  std::stable_sort(texts.begin(), texts.end(),
                   [](const Text& a, const Text& b) { return a.weight > b.weight; });
  return texts;
}

// The geometric mean of what the looks say of each letter.
std::vector<double> letter_probabilities(const std::vector<const Look*>& looks,
                                         std::u32string_view letters, std::u32string_view text) {
  std::vector<double> mean(text.size(), 1);
  for (const Look* look : looks) {
    const std::vector<CharacterPlace> places = align(look->scores, letters, text);
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] *= i < places.size() ? places[i].probability : 0;
  }
  for (double& p : mean) p = std::pow(p, 1.0 / static_cast<double>(looks.size()));
  return mean;
}

FieldReading reading_of(const std::vector<Candidate>& found, const std::vector<const Look*>& looks,
                        std::u32string_view letters, double evenness) {
  FieldReading reading;
  if (found.empty()) return reading;
  const std::vector<Text> texts = texts_of(found);
  const std::u32string& best = texts.front().text;
  if (best.empty()) return reading;
  reading.text = to_utf8(best);
  double sum = 0;
  for (const Text& text : texts) sum += std::pow(text.weight, evenness);
  const std::vector<double> probabilities = letter_probabilities(looks, letters, best);
  double least = 1;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const double probability = std::pow(probabilities[i], evenness);
    reading.characters.push_back({to_utf8(std::u32string_view(&best[i], 1)), probability});
    if (best[i] != U' ') least = std::min(least, probability);
  }
  // Not surer of the whole than of its weakest letter, nor than its rivals leave room for.
  const double share = std::pow(texts.front().weight, evenness) / sum;
  reading.confidence = std::min(least, share);
  for (std::size_t i = 1; i < texts.size(); ++i)
    if (!texts[i].text.empty())
      reading.alternatives.push_back(
          {to_utf8(texts[i].text),
           reading.confidence * std::pow(texts[i].weight / texts.front().weight, evenness)});
  return reading;
}

}  // namespace

Result<FieldReading> FieldReader::read(const PageImage& line, FieldKind kind,
                                       const Phrases& closed_list, bool at_a_glance) {
  const LinePicture picture = line_picture(line);
  if (picture.width == 0) return FieldReading();
  const std::u32string& letters = engine_->letters;
  Look first;
  SOGOC_TRY(first.scores, engine_->network->run(picture));
  find_candidates(first, letters, kind, engine_->words, closed_list);
  FieldReading reading = reading_of(first.found, {&first}, letters, engine_->evenness);
  reading.fits = first.fits;
  if (at_a_glance || reading.text.empty() ||
      reading.confidence >= (is_of_figures(kind) ? kSureOfFigures : kSureAtFirst))
    return reading;

  Look second;
  SOGOC_TRY(second.scores, engine_->network->run(widened(picture, kWider)));
  find_candidates(second, letters, kind, engine_->words, closed_list);
  FieldReading both = reading_of(agreed(first, second, letters), {&first, &second}, letters,
                                 engine_->evenness);
  if (both.text.empty()) return reading;
  both.fits = first.fits || second.fits;
  return both;
}

}  // namespace sogoc::handwriting
