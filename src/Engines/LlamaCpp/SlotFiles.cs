using System.Net.Http.Json;
using System.Text.Json;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>
/// What llama-server has evaluated of prompts, in files over a stop: its slots write them when it leaves memory and read them
/// when it is back. They hold what was asked; the folder is for the agent's user only.
/// </summary>
/// <param name="folder">Folder of the files, given to the engine by <see cref="EngineLaunch.SlotFolder"/>.</param>
public sealed class SlotFiles(string folder)
{
    /// <summary>Lets every slot write what it has, as long as all of it is not larger than allowed.</summary>
    /// <param name="engine">The engine, which answers nobody else any more.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="mostBytes">Most bytes of all files; one that goes beyond it is deleted again.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Tokens that were kept.</returns>
    /// <exception cref="HttpRequestException">The engine did not answer.</exception>
    public async Task<long> SaveAsync(
        IEngineInstance engine,
        int slots,
        long mostBytes,
        CancellationToken cancellationToken
    )
    {
        long tokens = 0;
        long bytes = 0;
        for (int slot = 0; slot < slots && bytes < mostBytes; slot++)
        {
            // {"id_slot":0,"filename":"slot-0","n_saved":84,"n_written":344084,"timings":{"save_ms":1.2}}
            long saved = await ActAsync(engine, slot, "save", "n_saved", cancellationToken) ?? 0;
            FileInfo file = new(PathOf(slot));
            if (saved == 0 || !file.Exists || bytes + file.Length > mostBytes)
            {
                File.Delete(file.FullName);
                continue;
            }

            tokens += saved;
            bytes += file.Length;
        }

        return tokens;
    }

    /// <summary>Lets the slots read what they wrote. Each file is deleted, whether it could be read or not.</summary>
    /// <param name="engine">The engine, which answers nobody else yet.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Tokens that it has again.</returns>
    /// <exception cref="HttpRequestException">The engine did not answer.</exception>
    public async Task<long> RestoreAsync(
        IEngineInstance engine,
        int slots,
        CancellationToken cancellationToken
    )
    {
        long tokens = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            if (!File.Exists(PathOf(slot)))
            {
                continue;
            }

            try
            {
                tokens += await ActAsync(engine, slot, "restore", "n_restored", cancellationToken) ?? 0;
            }
            finally
            {
                File.Delete(PathOf(slot));
            }
        }

        return tokens;
    }

    /// <summary>Deletes the folder with all files.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string PathOf(int slot) => Path.Combine(folder, NameOf(slot));

    private static string NameOf(int slot) => $"slot-{slot}";

    // Null where the engine says no: a slot without a sequence, or a file of another layout.
    private static async Task<long?> ActAsync(
        IEngineInstance engine,
        int slot,
        string action,
        string count,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await engine.Client.PostAsJsonAsync(
            $"slots/{slot}?action={action}",
            new { filename = NameOf(slot) },
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        using JsonDocument answer = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            cancellationToken: cancellationToken
        );
        return
            answer.RootElement.TryGetProperty(count, out JsonElement value)
            && value.TryGetInt64(out long tokens)
            ? tokens
            : null;
    }
}
