using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>
/// Limits wrong keys for each address: after ten within a minute nothing that it sends is looked at until the minute is over. An IPv6
/// address counts with its /64, which one household or machine has to itself.
/// </summary>
internal sealed class AttemptLimit(TimeProvider time)
{
    private const int MostFailures = 10;
    private const int MostAddresses = 10_000;
    private const int PrefixBytes = 8;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Failures> _failures = [];

    /// <summary>How long an address has to wait; zero when it does not.</summary>
    public TimeSpan WaitOf(IPAddress? address)
    {
        lock (_gate)
        {
            return _failures.TryGetValue(KeyOf(address), out var failures) && failures.Count >= MostFailures && Left(failures) is var left && left > TimeSpan.Zero
                ? left
                : TimeSpan.Zero;
        }
    }

    public void Fail(IPAddress? address)
    {
        lock (_gate)
        {
            var key = KeyOf(address);
            if (_failures.TryGetValue(key, out var known) && Left(known) > TimeSpan.Zero)
            {
                _failures[key] = known with { Count = known.Count + 1 };
                return;
            }

            if (_failures.Count >= MostAddresses)
            {
                Forget();
            }

            _failures[key] = new Failures(1, time.GetTimestamp());
        }
    }

    private static IPAddress KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }

    // Those whose minute is over; when an attacker has that many addresses, all.
    private void Forget()
    {
        foreach (var address in _failures.Where(entry => Left(entry.Value) <= TimeSpan.Zero).Select(entry => entry.Key).ToList())
        {
            _failures.Remove(address);
        }

        if (_failures.Count >= MostAddresses)
        {
            _failures.Clear();
        }
    }

    private TimeSpan Left(Failures failures) => Window - time.GetElapsedTime(failures.Since);

    private readonly record struct Failures(int Count, long Since);
}
