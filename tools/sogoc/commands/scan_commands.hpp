#pragma once

// The parts of `sogoc scan`.

#include "tools/sogoc/command.hpp"

namespace sogoc {

// sogoc scan sessions, show, accept, reject, finish, drop
void add_scan_session_commands(CLI::App& scan, Command& chosen);
// sogoc scan receive, send
void add_scan_transfer_commands(CLI::App& scan, Command& chosen);

// sogoc scan watch
void add_scan_watch_command(CLI::App& scan, Command& chosen);
// sogoc scan calibrate
void add_scan_calibrate_command(CLI::App& scan, Command& chosen);
// sogoc scan stitch
void add_scan_stitch_command(CLI::App& scan, Command& chosen);
// sogoc scan covers
void add_scan_covers_command(CLI::App& scan, Command& chosen);

}  // namespace sogoc
