// sogoc scan stitch: a page too large for the glass or the lens, from two overlapping shots.

#include <optional>

#include <nlohmann/json.hpp>

#include "storage/durable_file.hpp"
#include "storage/joined_shots.hpp"
#include "storage/register_books.hpp"
#include "tools/signer/encoding.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/intake.hpp"
#include "tools/sogoc/locked_reading.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "workers/decode/codecs.hpp"
#include "workers/decode/image_file_reader.hpp"
#include "workers/image/stitch.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> shots;
  std::string out, archive, book, dossier, by;
  bool hardly_larger = false, json = false;
};

constexpr double kLeastGained = 0.15;  // of the larger shot: less, and both show the same part of the page
constexpr int kQuality = 92;  // of a picture whose masters are kept beside it
constexpr std::size_t kMostAnswer = 400u << 20;

class NoBlobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

struct Joined {
  std::vector<std::uint8_t> jpeg;
  SizePx size;
  double overlap = 0, gained = 0;
  int agreeing = 0;
};

Result<std::string> joined_text(const PageImage& first, const PageImage& second) {
  SOGOC_TRY(const StitchedPage page, stitch_shots(first, second));
  SOGOC_TRY(const auto jpeg, encode_jpeg(page.picture, kQuality));
  return nlohmann::json{{"width", page.picture.size().width}, {"height", page.picture.size().height}, {"overlap", page.overlap},
                        {"gained", page.gained}, {"agreeing", page.agreeing}, {"jpeg", base64_of(jpeg)}}.dump();
}

std::optional<Joined> joined_in(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("jpeg") || !json["jpeg"].is_string()) return std::nullopt;
  auto jpeg = bytes_from_base64(json["jpeg"].get<std::string>());
  if (!jpeg) return std::nullopt;
  return Joined{std::move(*jpeg), {json.value("width", 0), json.value("height", 0)}, json.value("overlap", 0.0), json.value("gained", 0.0), json.value("agreeing", 0)};
}

// Strangers' pictures: decoded and joined in a process that is locked in. It keeps the first for the second.
Result<Joined> joined(const std::vector<fs::path>& shots) {
  LockedReading locked;
  locked.memory_limit_mb = 3000;
  locked.seconds_a_file = 120;
  locked.most_answer_bytes = kMostAnswer;
  const auto prepare = []() -> Result<FileAnswer> {
    auto first = std::make_shared<std::optional<PageImage>>();
    return FileAnswer([first](const fs::path& file) -> Result<std::string> {
      ImageFileReader reader;
      NoBlobs blobs;
      ReadingSettings limits;
      limits.max_pixels = 150'000'000;
      SOGOC_TRY(const DecodedPage page, reader.decode(file, shown_name(file), PageIndex(0), limits, blobs));
      if (!*first) {
        *first = page.raster;
        return std::string("{}");
      }
      return joined_text(**first, page.raster);
    });
  };
  std::optional<Error> failed;
  std::optional<Joined> found;
  SOGOC_CHECK(read_locked_in(shots, locked, prepare, [&](std::size_t index, Result<std::string> answer) {
    if (!answer) {
      if (!failed) failed = answer.error();
      return true;
    }
    if (index == 0) return *answer == "{}";
    if (failed) return true;
    found = joined_in(*answer);
    return found.has_value();
  }));
  if (failed) return tl::unexpected<Error>(*failed);
  if (!found) return fail(ErrorCode::internal, Retry::never, "shots", "nothing was joined");
  return std::move(*found);
}

Result<ExitCode> stitch(const Options& options) {
  if (options.out.empty() == options.archive.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say where the page goes: -o FILE.jpg, or --archive A with --book or --dossier");
  std::vector<fs::path> shots(options.shots.begin(), options.shots.end());
  SOGOC_TRY(const Joined page, joined(shots));
  if (page.gained < kLeastGained && !options.hardly_larger)
    return fail(ErrorCode::invalid_input, Retry::after_operator, shown_name(shots.back()),
                fmt::format("shows nearly the same as the first shot ({:.0f} % of it lies on that): was the same picture given twice? Take the other half of the "
                            "page, or say --hardly-larger if this is meant", 100 * page.overlap));
  const std::string bytes(page.jpeg.begin(), page.jpeg.end());
  OrderedJson json = {{"size", {page.size.width, page.size.height}}, {"overlap", page.overlap}, {"agreeing", page.agreeing}};
  if (!options.out.empty()) {
    SOGOC_CHECK(write_file_durably(options.out, bytes));
    if (options.json)
      print_json(json);
    else
      print_line(say("{}: {} x {} pixels, the shots overlap by {:.0f} %", options.out, page.size.width, page.size.height, 100 * page.overlap));
    return ExitCode::done;
  }

  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  ReadingSettings settings;
  if (!options.book.empty()) {
    SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
    settings.profile = "book";
    settings.register_layouts = book.about.layouts;
  }
  // The shots are durable and remembered before the page that was made of them exists.
  std::vector<Shot> kept;
  for (const fs::path& shot : shots) {
    SOGOC_TRY(const Sha256 digest, archive->blobs().put_file(shot));
    kept.push_back({digest, shown_name(shot)});
  }
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  const fs::path file = scratch.path() / (fs::path(options.shots.front()).stem().string() + "-joined.jpg");
  SOGOC_CHECK(write_file_durably(file, bytes));
  const SystemClock clock;
  SOGOC_CHECK(keep_shots(archive->folder(), clock, sha256_of(std::as_bytes(std::span(page.jpeg))), kept, options.by));
  Inputs inputs;
  inputs.documents.push_back({{file}});
  SOGOC_TRY(const Intake intake, take_in(*archive, inputs, {.dossier = options.dossier, .book = options.book, .settings = settings, .operator_name = options.by}));
  if (!intake.refused.empty()) return tl::unexpected<Error>(intake.refused.front());
  const auto batch = intake.batch ? intake.batch : intake.before.same_batch;
  json["batch"] = batch ? OrderedJson(*batch) : OrderedJson();
  json["shots"] = OrderedJson::array();
  for (const Shot& shot : kept) json["shots"].push_back({{"name", shot.name}, {"sha256", to_hex(shot.digest)}});
  if (options.json)
    print_json(json);
  else if (intake.batch)
    print_line(say("batch {}: the joined page is safe in the archive, its shots beside it as masters", *intake.batch));
  else
    print_line(tr("nothing new was taken; --again takes it a second time"));
  return ExitCode::done;
}

}  // namespace

void add_scan_stitch_command(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = scan.add_subcommand("stitch", tr("join two overlapping shots of a large page; both stay as masters"));
  command->footer(tr("Examples: sogoc scan stitch left.jpg right.jpg -o page.jpg\n"
                     "          sogoc scan stitch left.jpg right.jpg -A ARCHIVE --book KS.2005.01"));
  command->add_option("SHOT", options->shots, tr("two pictures that overlap by about a fifth"))->required()->expected(2);
  command->add_option("-o,--out", options->out, tr("only this file (JPEG)"));
  command->add_option("--archive,-A", options->archive, tr("take the page in, and keep the shots"));
  auto* book = command->add_option("--book", options->book, tr("code of the register book whose pages these are"));
  command->add_option("--dossier", options->dossier, tr("dossier code (mã hồ sơ)"))->excludes(book);
  command->add_flag("--hardly-larger", options->hardly_larger, tr("join them although both show nearly the same"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  add_by_option(*command, options->by);
  command->callback([options, &chosen] { chosen = [options] { return stitch(*options); }; });
}

}  // namespace sogoc
