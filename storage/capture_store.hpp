#pragma once

#include "pipeline/capture/capture_store.hpp"

namespace sogoc {

class Database;

// Owner: Archive. What was captured stays: rejected and replaced images keep their blob (role capture in uses).
class SqliteCaptureStore final : public CaptureStore {
 public:
  SqliteCaptureStore(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<CaptureSessionId> open_order(const CaptureOrder& order) override;
  Done add_sheet(const std::string& order, const CapturedSheet& sheet) override;
  Done end_order(const std::string& order) override;
  Result<std::vector<CaptureSessionRow>> sessions() override;
  Result<CaptureSessionRow> session(CaptureSessionId id) override;
  Result<std::vector<CaptureImageRow>> images(CaptureSessionId id) override;
  Done decide(CaptureSessionId session, CaptureImageId image, ImageDecision decision, const std::string& by,
              const std::string& reason) override;
  Result<Assembly> assembly(CaptureSessionId id) override;
  Result<std::vector<BatchId>> finish(CaptureSessionId id, const ReadingSettings& settings, const std::string& by,
                                      const std::string& accept) override;
  Done drop(CaptureSessionId id, const std::string& by, const std::string& reason) override;

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace sogoc
