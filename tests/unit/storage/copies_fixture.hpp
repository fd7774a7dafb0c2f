#pragma once

// An archive with one confirmed document, an open issue book, and the few words that tests of
// copies share.

#include "pipeline/copies/copy_store.hpp"
#include "tests/support/p256_key.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {

inline BookSeries test_series(std::string key = "register") {
  BookSeries series;
  series.key = std::move(key);
  series.format = "{number:02}/{year}-{symbol}";
  series.symbols = {{CopyKind::register_copy, "BSG"}, {CopyKind::certified_copy, "SCT/BS"}, {CopyKind::sao_y, "SY"}};
  series.symbol = "TB";
  series.organ = "UBND";
  series.from = Day(std::chrono::year{2015}, std::chrono::April, std::chrono::day{10});
  return series;
}
inline const Actor kClerk{"Trần Thị Văn Thư", OfficeRole::clerk};
inline const Actor kHead{"Lê Văn Chủ Tịch", OfficeRole::head};
inline const Actor kCertifier{"Phạm Thị Chứng Thực", OfficeRole::certifier};

inline IssueRecord record_of(const CopyDetails& copy) {
  IssueRecord record;
  record.copy = copy.id;
  record.kind = copy.kind;
  record.number = copy.number;
  record.book = copy.book;
  record.year = copy.year;
  record.series = copy.series;
  record.copy_number = copy.copy_number;
  record.source = copy.source;
  record.fields = {{"Trích yếu", "Khai sinh"}};
  record.source_digest = copy.approved->digest;
  record.holder_name = "NGUYỄN VĂN MẪU";
  return record;
}

// Goes on with a numbered copy, through as many steps as are missing. Puts real blobs.
inline Result<CopyDetails> sign_and_issue(Archive& archive, CopyDetails copy, bool issue = true) {
  CopyStore& store = archive.copies();
  const auto put = [&](std::string_view what, SignatureRole role) {
    return archive.blobs().put(bytes_of(std::string(what) + " " + std::string(name(role)) + std::to_string(copy.id)));
  };
  if (copy.state == CopyState::numbered) {
    SOGOC_CHECK(store.set_issue_record(copy.id, record_of(copy)));
    std::vector<SignatureRole> roles{SignatureRole::body};
    if (needs_certifier(copy.kind)) roles.insert(roles.begin(), SignatureRole::certifier);
    for (const SignatureRole role : roles) {
      SOGOC_TRY(const Sha256 prepared, put("prepared", role));
      SOGOC_TRY(const Sha256 signed_file, put("signed", role));
      const Sha256 digest = digest_of("byte range of " + to_hex(prepared));
      if (std::any_of(copy.signatures.begin(), copy.signatures.end(),
                      [&](const CopySignature& known) { return known.role == role && known.signed_at; }))
        continue;
      SOGOC_CHECK(store.fix_digest(copy.id, role, digest, prepared));
      const Actor& by = role == SignatureRole::body ? kClerk : kCertifier;
      SOGOC_CHECK(store.add_approval({copy.id, role, digest, "B-B", by.name, copy.state_at, "{}", "token", {1, 2}}, by));
      SOGOC_TRY(copy, store.add_signature(copy.id, role, digest, signed_file, "B-B", "{\"receipt\":1}"));
    }
  }
  if (!issue || copy.state != CopyState::signed_) return copy;
  SOGOC_TRY(const Sha256 file, archive.blobs().put(bytes_of("copy " + std::to_string(copy.id))));
  return store.issue_copy(copy.id, file, kClerk);
}

class CopiesTest : public ArchiveTest {
 protected:
  CopiesTest() {
    document_ = add_document("a.pdf", {"one", "two"});
    source_ = value_of(archive_->blobs().put(bytes_of("the derived PDF")));
    book_ = value_of(copies().open_book(test_series(), false, kClerk));
  }
  CopyStore& copies() { return archive_->copies(); }

  NewCopy wanted(CopyKind kind = CopyKind::register_copy, std::string token = "") {
    NewCopy copy;
    copy.client_token = std::move(token);
    copy.kind = kind;
    copy.source = {CopySourceKind::document, document_};
    copy.template_version = "2026-01-01";
    return copy;
  }
  Result<CopyDetails> begin(CopyKind kind = CopyKind::register_copy, std::string token = "") {
    return copies().begin_copy(wanted(kind, std::move(token)), {source_, {}, "", ""}, test_series(), kClerk);
  }
  CopyDetails issued(CopyKind kind = CopyKind::register_copy) {
    return value_of(sign_and_issue(*archive_, value_of(begin(kind))));
  }
  RequestDetails request(std::string token = "") {
    NewRequest request;
    request.client_token = std::move(token);
    request.request.full_name = "Nguyễn Văn Mẫu";
    request.request.paper_number = "001085000123";
    request.request.wanted = "Khai sinh số 125/2008";
    request.received_at = clock_.now();
    request.deadline = clock_.now() + std::chrono::hours(5);
    return value_of(copies().add_request(request, kClerk));
  }
  std::vector<std::string> log_problems(const std::vector<SignedTreeHead>& remembered = {}) {
    std::vector<std::string> lines;
    for (const VerifyProblem& problem : value_of(archive_->verify_log(remembered)).problems)
      lines.push_back(problem.path + ": " + problem.reason);
    return lines;
  }

  DocumentId document_ = 0;
  Sha256 source_;
  IssueBook book_;
};

}  // namespace sogoc
