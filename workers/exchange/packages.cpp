#include <memory>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <zip.h>

#include "workers/exchange/table.hpp"

namespace sogoc {

Done write_zip(const std::vector<std::pair<std::string, std::filesystem::path>>& files, const std::filesystem::path& zip) {
  const auto refuse = [&](std::string why) { return fail(ErrorCode::no_permission, Retry::after_operator, zip.string(), std::move(why)); };
  int code = 0;
  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  std::unique_ptr<zip_t, Discard> archive(zip_open(zip.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive) return refuse("cannot be written");
  for (const auto& [name, file] : files) {
    zip_source_t* source = zip_source_file(archive.get(), file.c_str(), 0, -1);
    if (source == nullptr) return refuse("cannot be written");
    const zip_int64_t index = zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return refuse("cannot take the file " + name + ": two cases have this name");
    }
    // PDFs are packed already.
    if (zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) != 0) return refuse("cannot be written");
  }
  if (zip_close(archive.get()) != 0) return refuse("cannot be written");
  (void)archive.release();  // zip_close() freed it
  return {};
}

Done write_case_pdf(const std::filesystem::path& archived, const std::vector<int>& pages, const std::filesystem::path& file) {
  try {
    QPDF from, to;
    from.processFile(archived.c_str());
    to.emptyPDF();
    const auto all = QPDFPageDocumentHelper(from).getAllPages();
    QPDFPageDocumentHelper out(to);
    for (const int page : pages) {
      if (page < 1 || static_cast<std::size_t>(page) > all.size())
        return fail(ErrorCode::corrupt, Retry::after_operator, archived.filename().string(), "has fewer pages than the archive says");
      out.addPage(all[static_cast<std::size_t>(page - 1)], false);
    }
    QPDFWriter writer(to, file.c_str());
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_generate);
    writer.write();
  } catch (const std::exception& error) {
    return fail(ErrorCode::corrupt, Retry::after_operator, file.filename().string(), std::string("a case could not be taken out of its PDF: ") + error.what());
  }
  return {};
}

}  // namespace sogoc
