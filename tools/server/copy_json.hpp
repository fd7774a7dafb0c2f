#pragma once

// Copies and requests as JSON, and which of them a person may see.

#include "pipeline/copies/copy_store.hpp"
#include "tools/server/api.hpp"

namespace sogoc::server {

// By its source: an entry, page or document in the person's scope. Fails with not_found otherwise.
[[nodiscard]] Done check_source_scope(Call& call, const CopySource& source, const std::string& subject);
[[nodiscard]] Result<CopyDetails> copy_in_scope(Call& call, CopyId id);
// With a source: as that. Without: whoever took it in, and who may see everything.
[[nodiscard]] Result<RequestDetails> request_in_scope(Call& call, RequestId id);
[[nodiscard]] bool covers_request(Call& call, const RequestDetails& request);

// As an officer: who signs is the head of the body, or its certifier for the certifier's own act.
[[nodiscard]] Actor officer(const Call& call);

// "012/2005 · KS.2005.01"; names nobody.
[[nodiscard]] std::string source_in_words(Call& call, const CopySource& source);
[[nodiscard]] Json json_of_copy(Call& call, const CopyDetails& copy);
[[nodiscard]] Json json_of_request(Call& call, const RequestDetails& request);
// entry, page or document of a body: exactly one.
[[nodiscard]] Result<CopySource> source_of(const Json& body);

// Errors of the office and of the signer that a person must read, not "something went wrong here".
[[nodiscard]] web::Response say_office_problem(const Error& error);

// A PDF to be kept by the person.
[[nodiscard]] web::Response pdf_answer(std::string bytes, const std::string& file_name);

}  // namespace sogoc::server
