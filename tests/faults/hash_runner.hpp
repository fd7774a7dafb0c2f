#pragma once

// Work for tests of the process model: small, deterministic, without pictures or OCR. A "file" is
// text that says how many pages it has and what happens on which:
//   pages 40
//   work 5          every page takes 5 ms
//   bulk 3000000    every page stores a picture of so many bytes
//   secret /a/path  every page fails when this file can be opened
//   7 crash         abort()
//   8 hang          for ever
//   9 eat           memory, until stopped
//   10 throw        an exception
//   11 lie          a record about another page
//   12 refuse       an error of the input
//   13 slow         2 s
// Deeds may end in "once": only in the first try.

#include "pipeline/flow/worker_loop.hpp"

namespace sogoc {

class HashRunner final : public TaskRunner {
 public:
  Result<TaskResult> run(const Task& task, BlobSource& source, BlobSink& sink,
                         const std::filesystem::path& folder) override;
};

// What the text of a page is: known in advance, so that a test can tell a doubled page.
[[nodiscard]] std::string text_of_page(const Sha256& file, PageIndex index);

}  // namespace sogoc
