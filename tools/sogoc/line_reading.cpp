#include "tools/sogoc/line_reading.hpp"

#include <cstdlib>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "models/line_model.hpp"
#include "models/model_catalog.hpp"
#include "pipeline/core/ports.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/locked_reading.hpp"
#include "tools/sogoc/printed_line.hpp"
#include "workers/decode/image_file_reader.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMostBytes = 64u << 20;  // a cropped line, not a book
constexpr std::uint64_t kMostPixels = 40'000'000;

// ---- Between the processes: one line of JSON a picture -----------------------------------------

std::string to_json(const LineReading& reading) {
  json characters = json::array();
  for (const auto& character : reading.field.characters)
    characters.push_back({character.text, character.confidence});
  json alternatives = json::array();
  for (const auto& alternative : reading.field.alternatives)
    alternatives.push_back({alternative.text, alternative.confidence});
  return json{{"text", reading.field.text}, {"confidence", reading.field.confidence},
              {"fits", reading.field.fits}, {"printed", reading.printed},
              {"characters", characters},   {"alternatives", alternatives}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<LineReading> from_json(const std::string& line) {
  try {
    const json value = json::parse(line);
    LineReading reading;
    reading.field.text = value.at("text").get<std::string>();
    reading.field.confidence = value.at("confidence").get<double>();
    reading.field.fits = value.at("fits").get<bool>();
    reading.printed = value.at("printed").get<bool>();
    for (const json& pair : value.at("characters"))
      reading.field.characters.push_back({pair.at(0).get<std::string>(), pair.at(1).get<double>()});
    for (const json& pair : value.at("alternatives"))
      reading.field.alternatives.push_back(
          {pair.at(0).get<std::string>(), pair.at(1).get<double>()});
    return reading;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

// ---- The child ---------------------------------------------------------------------------------

class NoBlobs final : public BlobSink {  // the pictures of a PDF, which nobody makes here
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

struct Readers {
  std::unique_ptr<handwriting::FieldReader> field;
  std::unique_ptr<PrintedLineReader> printed;  // null: not asked for, or its model is missing
};

Result<LineReading> read_one(Readers& readers, const fs::path& file,
                             const LineReadingSettings& settings) {
  ReadingSettings limits;
  limits.max_file_bytes = kMostBytes;
  limits.max_pixels = kMostPixels;
  limits.max_pages = 1;
  ImageFileReader reader;
  NoBlobs blobs;
  SOGOC_TRY(const DecodedPage page,
            reader.decode(file, shown_name(file), PageIndex(0), limits, blobs));
  SOGOC_TRY(const PageImage upright, turned_upright(page));
  LineReading reading;
  SOGOC_TRY(reading.field, readers.field->read(upright, settings.kind));
  if (readers.printed) {
    SOGOC_TRY(auto printed, readers.printed->read_if_surer(upright, reading.field));
    if (printed) {
      reading.field = std::move(*printed);
      reading.printed = true;
    }
  }
  return reading;
}

}  // namespace

Done read_lines(const std::vector<fs::path>& files, const LineReadingSettings& settings,
                const std::function<void(std::size_t, Result<LineReading>)>& take) {
  SOGOC_TRY(const LineModel model, find_line_model());
  LockedReading locked;
  locked.seconds_a_file = settings.seconds_a_line;
  locked.memory_limit_mb = settings.memory_limit_mb;
  const auto prepare = [&]() -> Result<FileAnswer> {
    auto readers = std::make_shared<Readers>();
    SOGOC_TRY(readers->field, handwriting::FieldReader::create(model));
    if (settings.may_be_printed)
      if (auto printed = PrintedLineReader::create()) readers->printed = std::move(*printed);
    return FileAnswer([readers, settings](const fs::path& file) -> Result<std::string> {
      SOGOC_TRY(const LineReading reading, read_one(*readers, file, settings));
      return to_json(reading);
    });
  };
  return read_locked_in(files, locked, prepare, [&](std::size_t index, Result<std::string> answer) {
    if (!answer) {
      take(index, tl::unexpected(std::move(answer).error()));
      return true;
    }
    auto reading = from_json(*answer);
    if (!reading) return false;
    take(index, std::move(*reading));
    return true;
  });
}

}  // namespace sogoc
