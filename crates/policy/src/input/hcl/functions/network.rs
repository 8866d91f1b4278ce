//! Functions of network addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bigdecimal::ToPrimitive;

use super::Depth::Deep;
use super::{Answer, Depth, Function, argument, text, whole};
use crate::input::hcl::value::Val;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("cidrhost", Deep, |a| {
        let network = Network::parse(&text(a, 0)?)?;
        let number = argument(a, 1)?.to_number()?.to_i128().ok_or("a whole number is needed")?;
        network.host(number).map(Val::from)
    }),
    ("cidrnetmask", Deep, |a| {
        let network = Network::parse(&text(a, 0)?)?;
        if network.bits != 32 {
            return Err("only IPv4 has network masks".to_owned());
        }
        Ok(Val::from(network.address(!network.host_mask() & u128::from(u32::MAX))))
    }),
    ("cidrsubnet", Deep, |a| {
        let network = Network::parse(&text(a, 0)?)?;
        let number = argument(a, 2)?.to_number()?.to_u128().ok_or("a whole number is needed")?;
        network.subnet(whole(a, 1)?, number).map(|subnet| Val::from(subnet.to_string()))
    }),
    ("cidrsubnets", Deep, subnets),
];

#[derive(Clone, Copy)]
struct Network {
    base: u128,
    prefix: u32,
    /// 32 or 128.
    bits: u32,
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address(self.base), self.prefix)
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no network such as 10.0.0.0/16");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        let (base, bits) = match address {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        if prefix > bits {
            return Err(wrong());
        }
        let mut network = Self { base, prefix, bits };
        network.base &= !network.host_mask();
        Ok(network)
    }

    fn host_mask(&self) -> u128 {
        let hosts = self.bits - self.prefix;
        if hosts == 128 { u128::MAX } else { (1 << hosts) - 1 }
    }

    fn address(&self, number: u128) -> String {
        match (self.bits, u32::try_from(number)) {
            (32, Ok(number)) => Ipv4Addr::from(number).to_string(),
            _ => Ipv6Addr::from(number).to_string(),
        }
    }

    /// A negative number counts from the end.
    fn host(&self, number: i128) -> Result<String, String> {
        let beyond = || format!("{self} has no host {number}");
        let offset = if number < 0 {
            let back = number.unsigned_abs() - 1;
            self.host_mask().checked_sub(back).ok_or_else(beyond)?
        } else {
            number.unsigned_abs()
        };
        if offset > self.host_mask() {
            return Err(beyond());
        }
        Ok(self.address(self.base | offset))
    }

    fn subnet(&self, more: i64, number: u128) -> Result<Self, String> {
        let more = u32::try_from(more).ok().filter(|more| self.prefix + more <= self.bits);
        let more = more.ok_or_else(|| format!("{self} cannot be divided so far"))?;
        if more < 128 && number >> more != 0 {
            return Err(format!("{self} with {more} more bits has no subnet {number}"));
        }
        let prefix = self.prefix + more;
        let shift = self.bits - prefix;
        let offset = if shift == 128 { 0 } else { number << shift };
        Ok(Self { base: self.base | offset, prefix, bits: self.bits })
    }
}

/// One after the other, each as large as asked for.
fn subnets(a: &[Val]) -> Answer {
    let network = Network::parse(&text(a, 0)?)?;
    let mut next = network.base;
    let mut made = Vec::new();
    for position in 1..a.len() {
        let mut subnet = network.subnet(whole(a, position)?, 0)?;
        let mask = subnet.host_mask();
        // Up to the next boundary of this size.
        next = next.checked_add(mask).ok_or("there is no room")? & !mask;
        if next & !network.host_mask() != network.base {
            return Err(format!("there is no room in {network} for all subnets"));
        }
        subnet.base = next;
        made.push(Val::from(subnet.to_string()));
        next = next.checked_add(mask).and_then(|last| last.checked_add(1)).ok_or("there is no room")?;
    }
    Ok(Val::list(made))
}
