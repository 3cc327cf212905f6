using System.CommandLine;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store keygen</c>.</summary>
internal static class StoreKeygenCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new("keygen", "Makes a key that signs bundles: FILE (keep it secret) and FILE.pub");
        Argument<string> file = new("FILE") { Description = "Where to write the private key" };
        command.Arguments.Add(file);
        command.SetAction(result =>
        {
            string path = result.GetRequiredValue(file);
            string publicPath = path + ".pub";
            if (File.Exists(path) || File.Exists(publicPath))
            {
                throw new CliException($"{path} or {publicPath} exists; choose another file.");
            }

            using BundleKey key = BundleKey.Create();
            FileStreamOptions secret = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (StreamWriter writer = new(new FileStream(path, secret)))
            {
                writer.Write(key.ExportPrivatePem());
            }

            File.WriteAllText(publicPath, key.PublicPem);
            Console.WriteLine($"{path} signs; {publicPath} proves: {key.Id}");
            return 0;
        });
        return command;
    }
}
