#pragma once

// Where a bug stops: it costs a job, not the process. The only catch (...) of the project.

#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "pipeline/core/result.hpp"

namespace sogoc {

// Runs `work`, which returns a Result; an exception becomes an error of the job about `subject`.
template <typename Work>
[[nodiscard]] std::invoke_result_t<Work> guarded(const std::string& subject, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::out_of_memory, Retry::same_step, subject,
                "needs more memory than the worker may use; allow more or look at the file");
  } catch (const std::exception& bug) {
    return fail(ErrorCode::internal, Retry::never, subject,
                std::string("this is a bug, please report it: ") + bug.what());
  } catch (...) {
    return fail(ErrorCode::internal, Retry::never, subject,
                "this is a bug, please report it: an exception of an unknown kind");
  }
}

}  // namespace sogoc
