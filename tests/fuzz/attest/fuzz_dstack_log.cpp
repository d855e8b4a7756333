#include "pramana/attest/dstack.hpp"
#include "pramana/core/check.hpp"

// Events that read replay to registers or say why not; a log that leads nowhere near the quote is
// refused; what was normalised once stays as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const std::string_view text = as_text({bytes, size});
    if (const Result<DstackEventLog> log = parse_dstack_event_log(text)) {
        PRAMANA_CHECK(log->size() <= kDstackEventsMax);
        for (const DstackEvent& event : *log) PRAMANA_CHECK(event.imr <= 3);
        (void)replay_dstack_event_log(*log);
    }
    DstackRegisters registers;
    registers.rtmr[3].bytes.fill(0x5A);
    const Appraisal appraisal = appraise_dstack(
        {.event_log = text, .registers = registers, .app_compose = text}, DstackPolicy{});
    PRAMANA_CHECK(!appraisal.accepted());
    if (const Result<std::string> once = normalised_app_compose(text)) {
        const Result<std::string> twice = normalised_app_compose(*once);
        PRAMANA_CHECK(twice.has_value() && *twice == *once);
    }
    return 0;
}
