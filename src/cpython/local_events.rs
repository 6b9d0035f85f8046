//! The local events of a code object, which tools set with `sys.monitoring.set_local_events` (since 3.12).
//!
//! They belong to the code object, so they must be copied when a function is given another one.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCFunction;

use super::loaded::sys_attribute;
use super::{CodeObject, Gil, unexpected};
use crate::error::Result;

/// The number of ids for tools. CPython uses two more itself, which have no local events.
const TOOLS: usize = 6;

/// The local events of each tool, as bit sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LocalEvents([u32; TOOLS]);

/// Which tool ids are in use. This does not change while the GIL is held.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tools([bool; TOOLS]);

/// The functions of `sys.monitoring`, taken before the program could replace them.
struct Monitoring {
    get_tool: Py<PyCFunction>,
    get_local_events: Py<PyCFunction>,
    set_local_events: Py<PyCFunction>,
}

impl LocalEvents {
    /// Applies to `to` what has changed in the events of `from` since they were `self`, and returns the
    /// events of `from` now. Events that were set on `to` itself stay: other functions may share it.
    ///
    /// # Errors
    /// If Python has no memory for it; the next call completes it.
    pub fn carry(
        self,
        gil: Gil<'_>,
        tools: Tools,
        from: &CodeObject,
        to: &CodeObject,
    ) -> Result<Self> {
        let carry = || match Monitoring::get(gil) {
            Some(monitoring) => monitoring.carry(gil, tools, self, from, to),
            None => Ok(Self::default()),
        };
        carry().map_err(|error| unexpected(gil, "cannot copy the local events", &error))
    }
}

impl Tools {
    /// The ids that are in use now. Reading them once for many functions is cheaper than reading the
    /// events of each.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub fn in_use(gil: Gil<'_>) -> Result<Self> {
        let in_use = || match Monitoring::get(gil) {
            Some(monitoring) => monitoring.tools_in_use(gil),
            None => Ok(Self::default()),
        };
        in_use()
            .map_err(|error| unexpected(gil, "cannot read the tools of `sys.monitoring`", &error))
    }
}

impl Monitoring {
    /// None up to 3.11.
    fn get(gil: Gil<'_>) -> Option<&Self> {
        static MONITORING: PyOnceLock<Option<Monitoring>> = PyOnceLock::new();
        MONITORING.get_or_init(gil, || Self::find(gil)).as_ref()
    }

    fn find(gil: Gil<'_>) -> Option<Self> {
        let module = sys_attribute(gil, c"monitoring")?;
        let function = |name| Some(module.getattr(name).ok()?.cast_into().ok()?.unbind());
        Some(Self {
            get_tool: function("get_tool")?,
            get_local_events: function("get_local_events")?,
            set_local_events: function("set_local_events")?,
        })
    }

    fn tools_in_use(&self, gil: Gil<'_>) -> PyResult<Tools> {
        let mut tools = Tools::default();
        for (tool, is_in_use) in tools.0.iter_mut().enumerate() {
            *is_in_use = !self.get_tool.bind(gil).call1((tool,))?.is_none();
        }
        Ok(tools)
    }

    fn carry(
        &self,
        gil: Gil<'_>,
        tools: Tools,
        before: LocalEvents,
        from: &CodeObject,
        to: &CodeObject,
    ) -> PyResult<LocalEvents> {
        let mut events = before;
        let in_use = events.0.iter_mut().zip(tools.0).enumerate();
        for (tool, (events, _)) in in_use.filter(|(_, (_, is_in_use))| *is_in_use) {
            let (before, now) = (*events, self.events(gil, tool, from)?);
            *events = now;
            let present = self.events(gil, tool, to)?;
            let wanted = present & !(before & !now) | now & !before;
            if wanted != present {
                let set = self.set_local_events.bind(gil);
                set.call1((tool, to.as_object(gil), wanted))?;
            }
        }
        Ok(events)
    }

    fn events(&self, gil: Gil<'_>, tool: usize, code: &CodeObject) -> PyResult<u32> {
        let get = self.get_local_events.bind(gil);
        get.call1((tool, code.as_object(gil)))?.extract()
    }
}

/// Takes the functions of `sys.monitoring`; call it before the program starts.
pub(super) fn get_ready(gil: Gil<'_>) {
    Monitoring::get(gil);
}
