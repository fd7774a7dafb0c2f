#pragma once

// Expected failure is a value: detected once, described there, never logged and returned.
// Exceptions are for bugs, and stop in one place (pipeline/jobs/guarded.hpp).

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sogoc {

// The kind of a failure; stored by name, append only.
enum class ErrorCode : std::uint8_t {
  internal,           // our fault
  usage,              // wrong arguments or settings
  invalid_input,      // the file cannot be read: truncated, empty, not what it claims
  unsupported_input,  // a kind of file we do not read
  password_required,  // encrypted, and the empty user password does not open it
  limit_exceeded,     // more pages, pixels or bytes than the settings allow
  not_found,
  already_exists,
  conflict,        // the state changed under us, or a person's value stands in the way
  corrupt,         // stored bytes no longer have their digest
  unavailable,     // busy or not answering: may work later
  no_space,        // disk full
  no_permission,
  missing_model,   // a model, font or program that set-up should have installed
  network,
  timeout,         // took longer than its limit
  out_of_memory,   // took more memory than its limit
  crashed,         // the worker process died while doing it
  cancelled,
  invalid,         // checked, and found not to hold
  undecidable,     // cannot be decided
};

// What the caller may do; decided where the failure is detected.
enum class Retry : std::uint8_t {
  never,           // the same input will fail the same way
  same_step,       // try this step again after a pause
  whole_job,       // state changed under us: start the job again
  after_operator,  // a person must act first: disk full, password, missing model
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  Retry retry = Retry::never;
  std::string subject;               // a file name, "batch 7 page 12", a path
  std::string message;               // one clause, lower case, no full stop, says what to do
  std::vector<std::string> context;  // what we were doing, innermost first
  std::source_location origin = std::source_location::current();
};

template <typename T>
using Result = tl::expected<T, Error>;

using Done = Result<void>;

[[nodiscard]] std::string_view name(ErrorCode code);
[[nodiscard]] std::string_view name(Retry retry);
[[nodiscard]] ErrorCode error_code_named(std::string_view text);  // internal when unknown

// "reading page 2: scan.tif: the file ends early [invalid_input]"
[[nodiscard]] std::string to_string(const Error& error);
// "scan.tif: the file ends early": what a person at the screen sees.
[[nodiscard]] std::string sentence(const Error& error);

[[nodiscard]] inline tl::unexpected<Error> fail(
    ErrorCode code, Retry retry, std::string subject, std::string message,
    std::source_location origin = std::source_location::current()) {
  return tl::unexpected<Error>(
      Error{code, retry, std::move(subject), std::move(message), {}, origin});
}

[[nodiscard]] inline tl::unexpected<Error> fail_while(Error error, std::string doing) {
  error.context.push_back(std::move(doing));
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace sogoc

#define SOGOC_JOIN_(a, b) a##b
#define SOGOC_JOIN(a, b) SOGOC_JOIN_(a, b)

// SOGOC_TRY(auto value, expression): early return of the error, or the value in a new variable.
#define SOGOC_TRY(declaration, expression) \
  SOGOC_TRY_(declaration, expression, SOGOC_JOIN(sogoc_try_, __COUNTER__))
#define SOGOC_TRY_(declaration, expression, result)                  \
  auto result = (expression);                                        \
  if (!result) return tl::unexpected<::sogoc::Error>(std::move(result).error()); \
  declaration = std::move(*result)

// SOGOC_CHECK(expression): the same for a Done.
#define SOGOC_CHECK(expression)                                                  \
  do {                                                                           \
    auto sogoc_done = (expression);                                              \
    if (!sogoc_done) return tl::unexpected<::sogoc::Error>(std::move(sogoc_done).error()); \
  } while (false)
