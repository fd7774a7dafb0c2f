#include "workers/pdf_write/pdf_file.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <type_traits>

#include <fmt/format.h>
#include <podofo/podofo.h>

namespace sogoc {

namespace {

constexpr std::size_t kPagesInAGroup = 64;

static_assert(!std::is_base_of_v<std::exception, PoDoFo::PdfError>,
              "inside_podofo() must name PdfError: catching std::exception misses it");

template <typename Work>
[[nodiscard]] auto inside_podofo(const std::string& subject, Work work)
    -> std::invoke_result_t<Work> {
  try {
    return work();
  } catch (const PoDoFo::PdfError& error) {
    const char* what = PoDoFo::PdfError::ErrorMessage(error.GetError());
    return fail(ErrorCode::internal, Retry::never, subject,
                what != nullptr ? what : "unknown PoDoFo error");
  }
}

// Opens what PoDoFo keeps to itself.
class OpenDocument : public PoDoFo::PdfStreamedDocument {
 public:
  explicit OpenDocument(PoDoFo::PdfOutputDevice* device)
      : PdfStreamedDocument(device, PoDoFo::ePdfVersion_1_7, nullptr, PoDoFo::ePdfWriteMode_Clean) {
  }
  using PoDoFo::PdfDocument::GetCatalog;
};

PoDoFo::PdfVariant parsed(const std::string& text) {
  PoDoFo::PdfTokenizer tokenizer(text.data(), text.size());
  PoDoFo::PdfVariant object;
  tokenizer.GetNextVariant(object, nullptr);
  return object;
}

// Overwrites the identifier that PoDoFo made from the clock. Both halves are 32 hex digits.
bool set_identifier(const std::filesystem::path& path, const Sha256& id) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg();
  const std::streamoff from = std::max<std::streamoff>(0, size - 4096);
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  file.seekg(from);
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  if (!file || tail.find("%%EOF") == std::string::npos) return false;
  std::size_t at = tail.rfind("/ID");
  if (at == std::string::npos) return false;
  constexpr std::size_t kDigits = 32;
  std::string digits = to_hex(id).substr(0, kDigits);
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  for (int half = 0; half < 2; ++half) {
    at = tail.find('<', at);
    if (at == std::string::npos || tail.find('>', at) != at + 1 + kDigits) return false;
    file.seekp(from + static_cast<std::streamoff>(at) + 1);
    file.write(digits.data(), kDigits);
    at += kDigits;
  }
  file.flush();
  return file.good();
}

}  // namespace

struct PdfFile::Inside {
  explicit Inside(const std::filesystem::path& to)
      : path(to), stream(to, std::ios::out | std::ios::in | std::ios::binary | std::ios::trunc) {}

  PoDoFo::PdfVecObjects& objects() { return *document->GetObjects(); }
  PoDoFo::PdfObject* object(int number) {
    return objects().GetObject(PoDoFo::PdfReference(static_cast<PoDoFo::pdf_objnum>(number), 0));
  }
  int number_of(const PoDoFo::PdfObject* object) const {
    return static_cast<int>(object->Reference().ObjectNumber());
  }
  // The stream never throws: PoDoFo writes in destructors, where an exception would end the
  // process. A failed write is found here, before more work is done for nothing.
  Done check_disk() const {
    if (stream.good()) return {};
    return fail(ErrorCode::no_space, Retry::after_operator, path.filename().string(),
                "the PDF cannot be written; is the disk full?");
  }

  std::filesystem::path path;
  std::fstream stream;
  std::unique_ptr<PoDoFo::PdfOutputDevice> device;
  std::unique_ptr<OpenDocument> document;  // after the device: it writes when it dies
  int group = 0;                           // the page tree node in work
  std::vector<int> pages;                  // of that node
  std::vector<std::pair<int, std::size_t>> groups;
  std::size_t page_count = 0;
};

PdfFile::PdfFile(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

PdfFile::~PdfFile() {
  try {
    inside_.reset();
  } catch (const PoDoFo::PdfError&) {
    return;  // an unfinished file: nobody will read it
  }
}

Result<std::unique_ptr<PdfFile>> PdfFile::create(const std::filesystem::path& path) {
  const std::string subject = path.filename().string();
  return inside_podofo(subject, [&]() -> Result<std::unique_ptr<PdfFile>> {
    PoDoFo::PdfError::EnableLogging(false);
    PoDoFo::PdfError::EnableDebug(false);
    auto inside = std::make_unique<Inside>(path);
    SOGOC_CHECK(inside->check_disk());
    inside->device = std::make_unique<PoDoFo::PdfOutputDevice>(&inside->stream);
    inside->document = std::make_unique<OpenDocument>(inside->device.get());
    return std::unique_ptr<PdfFile>(new PdfFile(std::move(inside)));
  });
}

Result<int> PdfFile::reserve() {
  return inside_podofo("reserving an object", [&]() -> Result<int> {
    return inside_->number_of(inside_->objects().CreateObject());
  });
}

Done PdfFile::define(int number, const std::string& dictionary) {
  return inside_podofo("defining an object", [&]() -> Done {
    inside_->object(number)->GetDictionary() = parsed(dictionary).GetDictionary();
    return {};
  });
}

Result<int> PdfFile::add(const std::string& dictionary) {
  return inside_podofo("adding an object", [&]() -> Result<int> {
    return inside_->number_of(inside_->objects().CreateObject(parsed(dictionary)));
  });
}

Result<int> PdfFile::add_deflated(const std::string& dictionary,
                                  std::span<const std::uint8_t> bytes) {
  return inside_podofo("adding a stream", [&]() -> Result<int> {
    PoDoFo::PdfObject* object = inside_->objects().CreateObject(parsed(dictionary));
    const int number = inside_->number_of(object);  // the object is gone once its stream ends
    object->GetStream()->Set(reinterpret_cast<const char*>(bytes.data()),
                             static_cast<PoDoFo::pdf_long>(bytes.size()),
                             {PoDoFo::ePdfFilter_FlateDecode});
    SOGOC_CHECK(inside_->check_disk());
    return number;
  });
}

Result<int> PdfFile::add_plain(const std::string& dictionary, std::string_view text) {
  return inside_podofo("adding a stream", [&]() -> Result<int> {
    PoDoFo::PdfObject* object = inside_->objects().CreateObject(parsed(dictionary));
    const int number = inside_->number_of(object);
    PoDoFo::PdfMemoryInputStream input(text.data(), static_cast<PoDoFo::pdf_long>(text.size()));
    object->GetStream()->SetRawData(&input);
    SOGOC_CHECK(inside_->check_disk());
    return number;
  });
}

Result<int> PdfFile::add_file(const std::string& dictionary, const std::filesystem::path& file) {
  return inside_podofo(file.filename().string(), [&]() -> Result<int> {
    PoDoFo::PdfFileInputStream input(file.c_str());  // throws when there is no such file
    PoDoFo::PdfObject* object = inside_->objects().CreateObject(parsed(dictionary));
    const int number = inside_->number_of(object);
    object->GetStream()->SetRawData(&input);
    SOGOC_CHECK(inside_->check_disk());
    return number;
  });
}

Done PdfFile::add_page(const std::string& entries) {
  if (inside_->pages.empty()) {
    SOGOC_TRY(inside_->group, reserve());
  }
  SOGOC_TRY(const int page,
            add(fmt::format("<< /Type /Page /Parent {} 0 R {} >>", inside_->group, entries)));
  inside_->pages.push_back(page);
  ++inside_->page_count;
  return inside_->pages.size() == kPagesInAGroup ? close_page_group() : Done{};
}

Done PdfFile::close_page_group() {
  if (inside_->pages.empty()) return {};
  std::string kids;
  for (int page : inside_->pages) kids += fmt::format("{} 0 R ", page);
  return inside_podofo("the page tree", [&]() -> Done {
    PoDoFo::PdfObject* root = inside_->document->GetCatalog()->GetIndirectKey("Pages");
    SOGOC_CHECK(
        define(inside_->group, fmt::format("<< /Type /Pages /Parent {} 0 R /Count {} /Kids [{}] >>",
                                           inside_->number_of(root), inside_->pages.size(), kids)));
    inside_->groups.emplace_back(inside_->group, inside_->pages.size());
    inside_->pages.clear();
    return {};
  });
}

Done PdfFile::finish(const std::string& catalog,
                     const std::vector<std::pair<std::string, std::string>>& info,
                     const Sha256& id) {
  SOGOC_CHECK(close_page_group());
  const std::string subject = inside_->path.filename().string();
  return inside_podofo(subject, [&]() -> Done {
    PoDoFo::PdfObject* root = inside_->document->GetCatalog()->GetIndirectKey("Pages");
    std::string kids;
    for (const auto& [group, count] : inside_->groups) kids += fmt::format("{} 0 R ", group);
    root->GetDictionary() =
        parsed(fmt::format("<< /Type /Pages /Count {} /Kids [{}] >>", inside_->page_count, kids))
            .GetDictionary();
    const PoDoFo::PdfVariant keys = parsed(catalog);
    for (const auto& [key, value] : keys.GetDictionary().GetKeys())
      inside_->document->GetCatalog()->GetDictionary().AddKey(key, value);
    PoDoFo::PdfDictionary& said = inside_->document->GetInfo()->GetObject()->GetDictionary();
    said.Clear();
    for (const auto& [key, value] : info)
      if (!value.empty())
        said.AddKey(PoDoFo::PdfName(key.c_str()),
                    PoDoFo::PdfString(reinterpret_cast<const PoDoFo::pdf_utf8*>(value.c_str())));
    inside_->document->Close();
    inside_->stream.flush();
    SOGOC_CHECK(inside_->check_disk());
    inside_->stream.close();
    if (!set_identifier(inside_->path, id))
      return fail(ErrorCode::internal, Retry::never, subject, "the PDF has no proper end");
    return {};
  });
}

}  // namespace sogoc
