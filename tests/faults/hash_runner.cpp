#include "tests/faults/hash_runner.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

struct Script {
  std::uint32_t pages = 0;
  int work_ms = 0;
  std::size_t bulk = 0;
  std::string secret;
  std::map<std::uint32_t, std::string> deeds;
};

Result<std::string> text_in(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), {});
  if (!stream) return fail(ErrorCode::internal, Retry::never, file.string(), "cannot be read");
  return text;
}

Result<Script> script_in(const fs::path& file) {
  SOGOC_TRY(const std::string text, text_in(file));
  std::istringstream lines(text);
  std::string line;
  Script script;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "pages") words >> script.pages;
    else if (key == "work") words >> script.work_ms;
    else if (key == "bulk") words >> script.bulk;
    else if (key == "secret") words >> script.secret;
    else if (!key.empty() && key.find_first_not_of("0123456789") == std::string::npos)
      std::getline(words >> std::ws, script.deeds[static_cast<std::uint32_t>(std::stoul(key))]);
  }
  if (script.pages == 0)
    return fail(ErrorCode::invalid_input, Retry::never, "file", "has no pages");
  return script;
}

std::span<const std::uint8_t> octets(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(std::chrono::seconds(1));
}

void eat() {
  std::vector<std::unique_ptr<char[]>> eaten;
  while (true) {
    constexpr std::size_t kBite = 4 << 20;
    eaten.push_back(std::make_unique<char[]>(kBite));
    std::memset(eaten.back().get(), 1, kBite);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Done misbehave(std::string deed, int tries, PageRecord& record) {
  if (deed.ends_with(" once")) {
    if (tries > 1) return {};
    deed.resize(deed.size() - 5);
  }
  if (deed == "crash") std::abort();
  if (deed == "hang") hang();
  if (deed == "eat") eat();
  if (deed == "throw") throw std::runtime_error("thrown on purpose");
  if (deed == "lie") record.index = PageIndex(record.index.zero_based() + 1);
  if (deed == "slow") std::this_thread::sleep_for(std::chrono::seconds(2));
  if (deed == "refuse")
    return fail(ErrorCode::invalid_input, Retry::never, "page", "refused on purpose");
  return {};
}

Result<PageOutcome> page_of(const Task& task, BlobSource& source, BlobSink& sink) {
  SOGOC_TRY(const fs::path file, source.fetch(task.file));
  SOGOC_TRY(const Script script, script_in(file));
  if (task.index.zero_based() >= script.pages)
    return fail(ErrorCode::invalid_input, Retry::never, "file", "has no such page");
  std::this_thread::sleep_for(std::chrono::milliseconds(script.work_ms));
  if (!script.secret.empty() && std::ifstream(script.secret).is_open())
    return fail(ErrorCode::invalid, Retry::never, "sandbox", "a worker can see the archive");

  PageRecord record;
  record.file = task.file;
  record.index = task.index;
  record.master_size = {100, 100};
  record.master_resolution = {{300}, {300}};
  record.quality.stated = record.quality.effective = record.master_resolution;
  record.quality.resolution_source = "file";
  PagePart part;
  part.size = record.master_size;
  part.resolution = record.master_resolution;
  part.kept = {0, 0, 100, 100};
  part.text.language = "vi";
  part.text.engine = "hash";
  Region region;
  region.box = {10, 10, 90, 30};
  region.source = "ocr";
  TextLine line;
  line.box = region.box;
  line.baseline = 28;
  line.words.push_back({text_of_page(task.file, task.index), region.box,
                        Confidence::from_fraction(1)});
  region.lines.push_back(line);
  part.text.regions.push_back(region);
  record.parts.push_back(part);

  const auto deed = script.deeds.find(task.index.zero_based());
  if (deed != script.deeds.end()) SOGOC_CHECK(misbehave(deed->second, task.tries, record));

  PageOutcome outcome;
  if (script.bulk > 0) {
    std::string bytes(script.bulk, static_cast<char>(task.index.zero_based()));
    PlacedPicture placed;
    placed.picture.size = record.master_size;
    SOGOC_TRY(placed.picture.data, sink.put(octets(bytes)));
    outcome.work_blobs.push_back(placed.picture.data);
    record.pictures.push_back(placed);
  }
  SOGOC_TRY(outcome.record, sink.put(octets(to_json(record))));
  return outcome;
}

Result<DocumentOutcome> document_of(const Task& task, BlobSource& source, BlobSink& sink,
                                    const fs::path& folder) {
  DocumentOutcome outcome;
  std::string all;
  for (const Sha256& digest : task.document.page_records) {
    SOGOC_TRY(const fs::path file, source.fetch(digest));
    SOGOC_TRY(const std::string json, text_in(file));
    SOGOC_TRY(const PageRecord record, page_record_from_json(json));
    for (const PlacedPicture& placed : record.pictures)
      SOGOC_CHECK(source.fetch(placed.picture.data).map([](const fs::path&) {}));
    outcome.page_texts.push_back(body_text(record.parts.front().text));
    all += outcome.page_texts.back() + "\n";
  }
  const auto store = [&](const char* name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return sink.put_file(folder / name);
  };
  SOGOC_TRY(outcome.written.pdf, store("a.pdf", "pdf\n" + all));
  SOGOC_TRY(outcome.written.text, store("a.txt", all));
  SOGOC_TRY(outcome.written.alto, store("a.xml", "alto\n" + all));
  outcome.written.pages = static_cast<std::uint32_t>(task.document.page_records.size());
  outcome.written.conformance = "none";
  SOGOC_TRY(outcome.record, sink.put(octets(to_json(outcome.written))));
  return outcome;
}

}  // namespace

std::string text_of_page(const Sha256& file, PageIndex index) {
  const std::string name = to_hex(file) + "#" + std::to_string(index.zero_based());
  return to_hex(sha256_of(std::as_bytes(std::span<const char>(name)))).substr(0, 16);
}

Result<TaskResult> HashRunner::run(const Task& task, BlobSource& source, BlobSink& sink,
                                   const fs::path& folder) {
  if (task.kind == JobKind::document) {
    SOGOC_TRY(DocumentOutcome outcome, document_of(task, source, sink, folder));
    return TaskResult(std::move(outcome));
  }
  if (task.kind == JobKind::page) {
    SOGOC_TRY(PageOutcome outcome, page_of(task, source, sink));
    return TaskResult(std::move(outcome));
  }
  SOGOC_TRY(const fs::path file, source.fetch(task.file));
  SOGOC_TRY(const Script script, script_in(file));
  OpenedFile opened;
  opened.media_type = MediaType::tiff;
  opened.page_count = script.pages;
  return TaskResult(std::move(opened));
}

}  // namespace sogoc
