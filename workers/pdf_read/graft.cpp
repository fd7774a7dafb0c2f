#include "workers/pdf_read/graft.hpp"

#include <map>
#include <set>
#include <vector>

#include <qpdf/QPDFWriter.hh>

#include "workers/pdf_read/pdf_document.hpp"

namespace sogoc {
namespace {

// Entries that PDF/A restricts and nothing needs: /CIDSet and /CharSet must be complete, and many
// writers get them wrong; the others speak of things that do not come over.
void tidy(QPDFObjectHandle page) {
  std::vector<QPDFObjectHandle> open{page};
  std::set<QPDFObjGen> seen;
  while (!open.empty()) {
    QPDFObjectHandle here = open.back();
    open.pop_back();
    if (here.isIndirect() && !seen.insert(here.getObjGen()).second) continue;
    if (here.isArray()) {
      for (int i = 0; i < here.getArrayNItems(); ++i) open.push_back(here.getArrayItem(i));
      continue;
    }
    QPDFObjectHandle dictionary = here.isStream() ? here.getDict() : here;
    if (!dictionary.isDictionary()) continue;
    if (pdf::name_of(dictionary.getKey("/Type")) == "/FontDescriptor")
      for (const char* key : {"/CIDSet", "/CharSet"}) dictionary.removeKey(key);
    if (here.isStream())
      for (const char* key : {"/Metadata", "/PieceInfo", "/StructParent", "/StructParents",
                              "/LastModified"})
        dictionary.removeKey(key);
    for (const std::string& key : dictionary.getKeys()) open.push_back(dictionary.getKey(key));
  }
}

Done graft_one(QPDF& own, QPDFObjectHandle placeholder, QPDFObjectHandle foreign,
               const std::string& subject) {
  // A page of its own that holds only what may come over; qpdf copies what it leads to.
  QPDFObjectHandle carrier = QPDFObjectHandle::newDictionary();
  for (const char* key : {"/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate"})
    if (QPDFObjectHandle value = pdf::inherited(foreign, key); !value.isNull())
      carrier.replaceKey(key, value);
  if (!pdf::safe_to_copy(carrier))
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                "the page's resources are nested too deeply to copy");
  const QPDFObjectHandle kept =
      foreign.getOwningQPDF()->makeIndirectObject(carrier);
  QPDFObjectHandle copy = own.copyForeignObject(kept);
  tidy(copy);
  for (const char* key : {"/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate"}) {
    placeholder.removeKey(key);
    if (QPDFObjectHandle value = copy.getKey(key); !value.isNull())
      placeholder.replaceKey(key, value);
  }
  for (const char* key : {"/Annots", "/StructParents", "/Tabs", "/Group"}) placeholder.removeKey(key);
  return {};
}

}  // namespace

Result<void> graft_pages(const std::filesystem::path& own_pdf, std::span<const GraftPage> pages,
                         const std::filesystem::path& out) {
  const std::string subject = out.filename().string();
  return pdf::inside_qpdf(subject, [&]() -> Done {
    ReadingSettings settings;
    SOGOC_TRY(pdf::Document own, pdf::open_document(own_pdf, subject, settings));
    // Foreign documents must live until the file is written: their streams are read only then.
    std::map<std::filesystem::path, pdf::Document> sources;
    for (const GraftPage& graft : pages) {
      auto source = sources.find(graft.source);
      if (source == sources.end()) {
        SOGOC_TRY(pdf::Document opened,
                  pdf::open_document(graft.source, graft.source.filename().string(), settings));
        source = sources.emplace(graft.source, std::move(opened)).first;
      }
      if (graft.own_page >= own.pages.size() ||
          graft.source_page >= source->second.pages.size())
        return fail(ErrorCode::internal, Retry::never, subject, "a page to graft does not exist");
      SOGOC_CHECK(graft_one(*own.qpdf, own.pages[graft.own_page],
                            source->second.pages[graft.source_page], subject));
    }
    QPDFWriter writer(*own.qpdf, out.c_str());
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.setDecodeLevel(qpdf_dl_none);
    writer.setObjectStreamMode(qpdf_o_disable);
    writer.setNewlineBeforeEndstream(true);   // PDF/A 6.1.7.1
    writer.setPreserveEncryption(false);
    writer.setMinimumPDFVersion("1.7");
    writer.setDeterministicID(true);
    writer.write();
    return {};
  });
}

}  // namespace sogoc
