#pragma once

// Private to scanners: the calls of SANE that we use, so that a recorded trace can stand in for a device.

#include <memory>
#include <string>
#include <vector>

#include <sane/sane.h>

namespace sogoc {

// One open device. Thread: as Scanner.
class SaneDevice {
 public:
  virtual ~SaneDevice() = default;  // closes
  virtual const SANE_Option_Descriptor* option(SANE_Int index) = 0;  // null behind the last
  virtual SANE_Status control(SANE_Int index, SANE_Action action, void* value, SANE_Int* info) = 0;
  virtual SANE_Status start() = 0;
  virtual SANE_Status parameters(SANE_Parameters& parameters) = 0;
  virtual SANE_Status read(SANE_Byte* bytes, SANE_Int most, SANE_Int& got) = 0;
  virtual void cancel() = 0;
};

}  // namespace sogoc
