#pragma once

// From what an office wants to a copy that has its number: the same for commands and for the console.

#include <optional>
#include <string>
#include <vector>

#include "models/copy_catalog.hpp"
#include "tools/sogoc/copy_desk.hpp"
#include "tools/sogoc/office_papers.hpp"

namespace sogoc {

struct CopyWish {
  std::string kind = "register_copy";
  CopySource source;
  std::optional<RequestDetails> request;   // its applicant, holder and number of copies go into the form
  std::string level = "B-B";
  std::string client_token;
  std::string lookup_base;
  FormValues values;
  std::string exception, exception_by;     // why a source below the colour or resolution rule is let pass
  bool original_presented = false;
  bool source_is_sao_y = false;
};

// Checks the form's values and the source, then takes the number. From here on the copy has its number; whoever goes
// on with it finds everything in the store.
[[nodiscard]] Result<CopyDetails> begin_copy_of(CopyDesk& desk, const CopyWish& wish, const Actor& by);

// What a person must give for a copy of this source, because neither the archive nor a request knows it.
struct CopyFormNeeds {
  std::string template_version;
  std::vector<std::string> keys;   // in the order of the form
  FormValues usual;                // as they were in the last copy of this kind
  std::string title;               // of the source
};
// `request`: the copy answers one. Fails as gathering the source does.
[[nodiscard]] Result<CopyFormNeeds> copy_form_needs(CopyDesk& desk, const std::string& kind, const CopySource& source, bool request, bool lookup, UtcTime now);

// The copies wait for one role and level each; a code that is not right is found out by the signer only.
struct WaitingCopy {
  CopyId copy = 0;
  WaitingFor what;
};
// An approval of all of them by the one-time code of the moment, which goes nowhere.
[[nodiscard]] CopyApproval approval_by_code(const std::vector<WaitingCopy>& waiting, const std::string& approver, const std::string& code, UtcTime now);
// The statement that an approver proves.
[[nodiscard]] std::string approval_statement(const std::vector<WaitingCopy>& waiting, const std::string& approver, UtcTime now);

}  // namespace sogoc
