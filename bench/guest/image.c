// SPDX-License-Identifier: GPL-2.0-only
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"
#include "util/err.h"
#include "util/paths.h"

/* Copies the first word of @text, which ends before @end, into @word. */
static int first_word(const char *text, const char *end, char *word, size_t size)
{
	size_t len = 0;

	while (text + len < end && text[len] > ' ' && text[len] <= '~')
		len++;
	if (!len || len >= size)
		return -EINVAL;
	memcpy(word, text, len);
	word[len] = '\0';
	return 0;
}

/*
 * The release that the kernel image at @data was built as. A bzImage points to it from its set-up
 * header (Documentation/x86/boot.rst: "HdrS" at 0x202, the pointer minus 0x200 at 0x20e); any
 * other image holds the banner that it prints at boot.
 */
static int image_release(const char *data, size_t len, char *release, size_t size)
{
	static const char banner[] = "Linux version ";
	const char *at = NULL;

	if (len > 0x210 && !memcmp(data + 0x202, "HdrS", 4)) {
		uint16_t offset;

		memcpy(&offset, data + 0x20e, sizeof(offset));
		if (offset && offset + 0x200u < len)
			at = data + 0x200 + offset;
	} else {
		at = memmem(data, len, banner, strlen(banner));
		if (at)
			at += strlen(banner);
	}
	return at ? first_word(at, data + len, release, size) : -EINVAL;
}

static int read_release(const char *kernel, char *release, size_t size)
{
	int fd = open(kernel, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *data;
	int ret;

	if (fd < 0)
		return err_setup("cannot read the kernel %s: %s", kernel, strerror(errno));
	ret = fstat(fd, &st);
	data = ret ? MAP_FAILED : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return err_setup("cannot read the kernel %s: is it a file that is not empty?",
				 kernel);
	ret = image_release(data, (size_t)st.st_size, release, size);
	munmap(data, (size_t)st.st_size);
	if (ret)
		return err_setup(
			"%s is no kernel: it names no release; give a bzImage or a vmlinux",
			kernel);
	return 0;
}

static int own_kernel(const struct vm_spec *spec, struct vm_image *image)
{
	snprintf(image->kernel, sizeof(image->kernel), "%s", spec->kernel);
	snprintf(image->modules, sizeof(image->modules), "%s", spec->modules ? spec->modules : "");
	if (spec->modules && access(spec->modules, R_OK | X_OK))
		return err_setup("cannot read the modules' folder %s: %s", spec->modules,
				 strerror(errno));
	return read_release(image->kernel, image->release, sizeof(image->release));
}

/* Debian's, which vm/kernel.sh has put into the cache. */
static int cached_kernel(struct vm_image *image)
{
	char folder[PATH_MAX - 256];
	ssize_t len;
	char link[PATH_MAX];
	int ret = path_of_cache(folder, sizeof(folder), "kernel");

	if (ret)
		return ret;
	snprintf(link, sizeof(link), "%s/default", folder);
	len = readlink(link, image->release, sizeof(image->release) - 1);
	if (len <= 0)
		return err_setup("no kernel for the virtual machine in %s: start through "
				 "./shootdown, which fetches one, or give one with --kernel",
				 folder);
	image->release[len] = '\0';
	snprintf(image->modules, sizeof(image->modules), "%s/%s/lib/modules/%s", folder,
		 image->release, image->release);
	snprintf(image->kernel, sizeof(image->kernel), "%s/%s/vmlinux", folder, image->release);
	if (access(image->kernel, R_OK))
		snprintf(image->kernel, sizeof(image->kernel), "%s/%s/boot/vmlinuz-%s", folder,
			 image->release, image->release);
	return 0;
}

/* Runs @argv with our stdout going to stderr, and waits. Its exit code, or a negative errno. */
static int run(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM ? -EINTR : -ECHILD;
}

/*
 * The part of the initramfs that all jobs share; vm/initramfs.sh makes it anew only when it is
 * old.
 */
static int pack_project(const struct vm_image *image, char *base, size_t size)
{
	char build[PATH_MAX], script[PATH_MAX], relative[128];
	int ret;

	snprintf(relative, sizeof(relative), "build/vm/%s.cpio", image->release);
	ret = path_of(build, sizeof(build), "build");
	if (!ret)
		ret = path_of(script, sizeof(script), "vm/initramfs.sh");
	if (!ret)
		ret = path_of(base, size, relative);
	if (ret)
		return ret;
	ret = run((char *[]){ script, build, (char *)image->release, (char *)image->modules, base,
			      NULL });
	if (ret == -EINTR)
		return ret;
	if (ret)
		return err_setup("%s could not pack the initramfs %s; the lines above say why",
				 script, base);
	return 0;
}

/* Appends the file @path to @to. */
static int append_file(int to, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t sent;

	if (fd < 0)
		return -errno;
	do
		sent = sendfile(to, fd, NULL, 1 << 30);
	while (sent > 0);
	sent = sent < 0 ? -errno : 0;
	close(fd);
	return (int)sent;
}

int vm_image_find(const struct vm_spec *spec, struct vm_image *image)
{
	if (spec->modules && !spec->kernel)
		return err_usage("--modules belongs to a --kernel, and none was given");
	image->own = spec->kernel;
	return image->own ? own_kernel(spec, image) : cached_kernel(image);
}

/*
 * The kernel unpacks one archive after the other, but QEMU takes one file: it is put together in
 * memory, so that nothing is left on disk, however the run ends. Not close-on-exec: QEMU opens it
 * as /proc/self/fd/N.
 */
int vm_image_pack(const struct vm_spec *spec, const struct vm_image *image)
{
	char base[PATH_MAX];
	int fd, ret = pack_project(image, base, sizeof(base));

	if (ret)
		return ret;
	fd = memfd_create("initramfs", 0);
	if (fd < 0)
		return err_setup("no memory file for the initramfs: %s", strerror(errno));
	ret = append_file(fd, base);
	if (ret)
		ret = err_setup("cannot read the initramfs %s: %s", base, strerror(-ret));
	else
		ret = vm_job_append(fd, spec->command, spec->files);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}
