#pragma once

// What a copy worker needs to compose a certified electronic copy, and what it gives back. Plain
// data, made by pipeline/flow from confirmed results only. JSON form: pipeline/core/copy_json.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc {

// Pages of one of our own archived PDFs, by position. `source` is its digest; the file itself is
// handed to the worker beside the draft under its digest's name.
struct CopyPages {
  Sha256 source;
  std::vector<int> pages;                  // 1-based, in the order of the copy; none: every page
};

// An entry marked on a copied page: a frame around the box, the rest of the picture untouched.
struct CopyMark {
  int page = 0;                            // 1-based page of the copy's image part
  double left = 0, top = 0, right = 0, bottom = 0;  // 0..1 of the page's width and height, origin top left
};

struct CopyField {
  std::string label;                       // "Họ, chữ đệm, tên"
  std::string value;                       // as written in the register, NFC; empty = not written there
};

struct CopySignatureField {
  std::string name;                        // "Body", "Certifier"
  std::string signer;                      // shown by viewers: /Name
  std::string reason;
  std::string location;
};

struct CopyDraft {
  std::string kind;                        // key in models/copies: "register_copy", "certified_copy", "sao_y",
                                           // "sao_luc", "trich_sao", "reader_copy"; papers that come with a copy:
                                           // "print_form", "hand_over_receipt", "appointment_slip", "not_found_reply"
  std::string template_version;            // effective_from of the template chosen by the rules
  std::optional<CopyPages> images;         // page image part
  std::vector<CopyMark> marks;
  std::vector<CopyField> fields;           // extract part (trích lục), in order
  // Values that templates may name as {key}: body, parent_body, place, number, book, year, symbol,
  // copy_number ("05/2026-SCT/BS"), date_in_words ("ngày 05 tháng 9 năm 2026"), signing_time
  // ("05-09-2026 14:03:22 +07:00"), signing_time_iso, certifier, certifier_title, requester, copies,
  // source_title, register_number, register_book, register_page, converter, conversion_time, lookup_url,
  // recipient, deadline ... The whole list: copy_value_keys() of models/copy_catalog.hpp, explained in
  // models/copies/README.md. An unknown key or a missing value is an error, never a gap.
  std::vector<std::pair<std::string, std::string>> values;
  std::string qr_payload;                  // bytes of the signed payload as text (base45/base64url), "" = no QR
  std::vector<CopySignatureField> signatures;  // in the order of signing; one: DocMDP P=1, two: P=2, none: unsigned form
  std::string title, language = "vi";
  std::string created_at;                  // ISO 8601 with offset: injected, so that output is repeatable
  std::string producer;                    // "sogoc 0.1.0"
};

// What a copy worker does with one folder (tools/sogoc/copy_worker_main.cpp). Every file is named
// by its name inside the folder; the result is out.pdf and result.json.
enum class CopyStep : std::uint8_t { compose, append_signature, append_dss, append_timestamp };

struct CopyTask {
  CopyStep step = CopyStep::compose;
  CopyDraft draft;                           // compose; its archived PDF lies there as <64 hex digits>
  std::string from;                          // the others: the PDF that gets a revision
  CopySignatureField field;                  // append_signature: the second, existing field
  std::string signing_time_iso;              // append_signature: becomes /M
  std::vector<std::string> certificates, ocsp, crls;  // append_dss: files of DER
};

struct PreparedCopy {
  std::uint64_t bytes = 0;
  std::uint32_t pages = 0;                   // 0 after a revision: it changes none
  // Of the signature or timestamp to be filled next; 0,0 when there is none. See workers/pades.
  std::uint64_t hole_begin = 0, hole_end = 0;
};

}  // namespace sogoc
