#pragma once

#include "pramana/store/store.hpp"

/// A log that ends in the beginning of a record. Where only a process ended since the directory was
/// last opened, nothing that was acknowledged can be missing: all that it wrote is in the page
/// cache or on disk, and a record that is not whole was never acknowledged. After a reboot that is
/// not known: a disk may have lost more than it promised.
namespace pramana::store {

/// Cuts the tail of the newest log if that is safe (the same boot as when the directory was last
/// opened) or the operator's word, and says where and how much. Call it under the directory's lock,
/// before the database is opened. Errors: kStoreCorrupt: damage between records, which no word
/// allows, or a tail that waits for the operator; kIo.
[[nodiscard]] Status settle_tail(const StoreOptions& options);

/// Notes this boot in the directory, durably. Call it once the database is open: its logs are whole
/// then, so from here on only a process can leave a torn one, for as long as the boot lasts.
/// Nothing is noted where the machine does not say which boot it is. A failure is logged: the older
/// note stays, and at worst the operator is asked.
void note_boot(const StoreOptions& options);

}  // namespace pramana::store
