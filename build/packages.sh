#!/bin/sh
# Packs the packages for this platform alone, installs the tool from them, and builds and runs a program that uses the library: what a user of the
# packages does, without a package feed. .ci/run runs it. Everything lies in .retort/packages.

root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P) || exit 1
. "$root/build/toolchain.sh"

work=$state/packages
feed=$work/feed
. "$root/build/checks.sh"

find_dotnet
require_sdk
take_lock
rm -rf "$work"
mkdir -p "$work/app"
folder=$("$dotnet" nuget locals global-packages --list | sed 's/^[^:]*: //')
export DOTNET_CLI_UI_LANGUAGE=en

say 'Packing ...'
for project in Retort.Numerics Retort.Networks Retort.Imaging Retort Retort.Extensions.DependencyInjection Retort.Cli; do
    run "pack.$project" "$dotnet" pack -c Release "$root/src/$project" -p:PackageRids=$rid -p:ToolRids=$rid -o "$feed" --nologo -v q --disable-build-servers
done

say 'Installing the tool ...'
# A folder of its own: packages of the same version that an earlier run left in the user's are not these.
export NUGET_PACKAGES="$work/cache"
run install "$dotnet" tool install Retort.Cli --tool-path "$work/tool" --add-source "$feed" --ignore-failed-sources
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$root/Directory.Build.props")
run version "$work/tool/retort" --version
expect "^$version" version
# Draws pictures, so that libvips is there, and stops.
run draw "$work/tool/retort" demo --only-data --train-pictures 1 --test-pictures 1 --out "$work/demo"
expect 'retort train --data' draw

say 'Building a program that uses the library ...'
cp "$root"/build/package/consumer/* "$work/app/"
# Without the settings of this repository.
for file in Directory.Build.props Directory.Packages.props; do
    printf '<Project />\n' >"$work/app/$file"
done
cat >"$work/app/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="retort" value="$feed" /></packageSources>
  <fallbackPackageFolders><add key="built" value="$folder" /></fallbackPackageFolders>
</configuration>
CONFIG
run consumer "$dotnet" run -c Release --project "$work/app/Consumer.csproj" -p:RetortVersion="$version"
expect '^destseg, .*: 8 x 4, one detector service$' consumer
printf 'packages: %s installed and used\n' "$version"
