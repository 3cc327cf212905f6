using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LlmOperator.Controllers.Hosting;

/// <summary>Closes connections of a client address that has too many. Thread-safe.</summary>
/// <param name="most">Most connections of an address at a time.</param>
internal sealed class AddressLimit(int most)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Serves the connection, or closes it at once.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: { } address })
        {
            await next(connection);
            return;
        }

        if (_open.AddOrUpdate(address, 1, static (_, open) => open + 1) > most)
        {
            Leave(address);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    private void Leave(IPAddress address)
    {
        if (_open.AddOrUpdate(address, 0, static (_, open) => open - 1) == 0)
        {
            // Only while it is still zero: another may just have come.
            ((ICollection<KeyValuePair<IPAddress, int>>)_open).Remove(new(address, 0));
        }
    }
}
